import ArgumentParser
import Augmentation
import CLinux
import Experiments
import Pipeline
import ScenarioFiles
import Toml

/// `augtop lab`: which mechanisms can produce the observed epochs.
struct LabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab",
    abstract: "What could have made the question's epochs longer with less work.",
    discussion: """
      In a question of 2016, work was removed from Keras 1.1.0's random_transform, and epochs of its CIFAR-10 \
      example grew from 22 to 28 s. The lab holds the five rows against Keras's polling, the \
      interpreter lock and a shared clock governor, each alone and combined: it searches their \
      parameters within what a machine of the time could have had, on simulated time, and prints how \
      well each can fit, and what else fits as well. A minute at most on two cores; Ctrl-C prints \
      what is known so far.

      Examples:
        augtop lab
        augtop lab --json > lab.json
        augtop lab --costs mine.json           with what stages cost in your own Python
        augtop lab --seed 2 --effort 0.2       another search, a fifth as long
        augtop lab --mechanisms none,polling+lock+governor
        augtop live --preset paradox           the best fit on the screen; step through it with n
      """)

  @Option(
    help: ArgumentHelp("What stages cost: keras-1.1 or a profile.", valueName: "name|file"))
  var costs = "keras-1.1"
  @Option(parsing: .unconditional, help: "Seed of the search.") var seed: UInt32 = 1
  @Option(parsing: .unconditional, help: "How much is tried, relative to the whole search.")
  var effort = 1.0
  @Option(
    help: ArgumentHelp(
      "Only these: none, or of polling, lock and governor what acts, as lock+governor.",
      valueName: "name,…"))
  var mechanisms: String?
  @Flag(help: "Print the fits as JSON.") var json = false

  func run() throws {
    guard (0.001...100).contains(effort) else {
      throw CommandFault.wrong("--effort \(effort): give a number from 0.001 to 100")
    }
    let mechanisms = try readMechanisms()
    let base = try question()
    let dataset = try openDataset(for: base)
    let facts = DatasetFacts(count: dataset.count, shape: dataset.shape)
    Interruption.listen()
    let lab = Lab(
      base, dataset: facts, seed: UInt64(seed), effort: Lab.Effort(share: effort),
      threads: max(1, Int(cl_usable_processors()))
    ) { Interruption.isAsked }
    var progress = ProgressLine(total: 1)
    let findings = lab.run(mechanisms) { progress.show(fraction: $0) }
    progress.end()
    if json { try printJSON(labJSON(findings)) } else { print(LabText(findings, base: base).text) }
    if Interruption.isAsked { throw CommandFault.interrupted }
  }

  private func readMechanisms() throws -> [LabMechanism] {
    guard let mechanisms else { return LabMechanism.all }
    let known = LabMechanism.all.map { $0.name.filter { $0 != " " } }
    return try mechanisms.split(separator: ",", omittingEmptySubsequences: false).map { word in
      guard let index = known.firstIndex(of: word.filter { $0 != " " }) else {
        throw CommandFault.wrong(
          "--mechanisms \(word): no such mechanism." + Faults.suggestion(String(word), among: known)
        )
      }
      return LabMechanism.all[index]
    }
  }

  /// The question at its own speed, at these costs.
  private func question() throws -> Scenario {
    do {
      var scenario = try PresetCatalog.scenario(named: "keras-cifar10")
      scenario.costs = try CostCatalog.source(costs)
      guard scenario.costs != .native else {
        throw CommandFault.wrong(
          "--costs native: the question is about Python's costs; give keras-1.1 or a profile")
      }
      return scenario
    } catch let fault as ConfigurationFault {
      throw CommandFault.wrong("--costs \(costs): \(fault.message)")
    }
  }
}
