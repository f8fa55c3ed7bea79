import Quantities
import Watching

extension ProbeAbsence {
  /// The reason behind "no Python with the probe has started", and what to do.
  func sentence(_ folder: WatchFolder) -> String {
    switch self {
    case .option(let option, let program):
      "\(program.printable) was started with \(option), which leaves the probe out"
    case .frozen(let program):
      "\(program.printable) is a frozen program with a Python of its own, which no probe gets into: watch"
        + " its script"
    case .otherUser(let program):
      "\(program.printable) runs as another user, who can't read \(folder.path): start augtop as that user"
    case .variable(let variable, let program):
      "\(program.printable) was started with another \(variable), or without it: give it"
        + (variable == "PYTHONPATH"
          ? " PYTHONPATH=\(folder.probe):…" : " AUGTOP_WATCH=\(folder.path)")
    case .otherFiles(let program):
      "\(program.printable) runs where \(folder.path) isn't, as in a container: mount it there"
    case .noPython(let program):
      "\(program.printable) is no Python, and has started none that could be seen"
    case .unknown:
      "the options -S, -I and -E, and frozen programs, keep it out, a sudo or a container may drop"
        + " AUGTOP_WATCH and PYTHONPATH, and another user can't read \(folder.path)"
    }
  }
}

extension JobEnd {
  /// How a job ended, in words.
  var sentence: String {
    switch self {
    case .exited(let status): "the job has ended with status \(status)"
    case .killed(let signal): "signal \(signal) has ended the job"
    }
  }
}

extension JobTally {
  /// What went wrong, a line for each.
  var troubles: [String] {
    failures.map { "a loop over a loader was ended by \($0.printable)" }
      + unhooked.map { "not hooked: \($0.printable)" }
  }
}
