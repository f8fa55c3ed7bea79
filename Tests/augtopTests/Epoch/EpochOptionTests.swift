import Testing

/// Phases and several GPUs from the command line.
@Suite struct EpochOptionTests {
  @Test func aReportSaysWhatAnEpochIsMadeOf() throws {
    let command = try Command(
      "simulate", "--loader", "blocking", "--validation", "1000,step=10ms", "--checkpoint",
      "every=100steps,takes=200ms", "--first-step", "8s", "--worker-start", "2s", "--gpus", "2",
      "--samples-per-epoch", "6400", "--duration", "30s")
    #expect(command.status == 0, "\(command.complaints)")
    // 200 batches are a hundred steps of two GPUs, and 32 batches are 16.
    for piece in [
      "of it checkpoint 0.20 s, validation 0.16 s", "the first epoch takes 10.0 s longer", "2 GPUs",
    ] {
      #expect(command.output.contains(piece), "\(command.output)")
    }
  }

  @Test(arguments: [
    ["--validation", "many"], ["--validation", "0"], ["--validation", "10,step=2h"],
    ["--checkpoint", "every=10"], ["--checkpoint", "every=0,takes=1s"], ["--first-step", "8"],
    ["--worker-start", "-1s"], ["--gpus", "0"], ["--accumulate", "0"], ["--all-reduce", "x"],
  ]) func whatMakesNoSenseIsRefused(arguments: [String]) throws {
    let command = try Command(["simulate"] + arguments)
    #expect(command.status == 2 && command.output == "")
    #expect(command.complaints.contains(arguments[0]), "\(command.complaints)")
  }
}
