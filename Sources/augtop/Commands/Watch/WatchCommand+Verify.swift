import Glibc
import Pipeline
import Quantities
import VirtualEngine

extension WatchCommand {
  /// Runs the job in turns, as it is and with other arguments of its loader, and prints predicted and
  /// measured.
  ///
  /// - Throws: A `CommandFault` of status 2 for a wish that isn't one, 1 where nothing was measured.
  func verify(_ text: String) throws {
    let wish = try LoaderWish(text)
    guard !command.isEmpty else {
      throw CommandFault.wrong("--verify starts the job again and again: give its command after --")
    }
    let bound = try WatchBound(duration: duration, steps: nil)
    let time = bound.time ?? .seconds(10)
    let turns = 3
    let log = open(self.log ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard log >= 0 else {
      throw CommandFault.wrong("--log \(self.log ?? ""): \(String(cString: strerror(errno)))")
    }
    defer { close(log) }
    printError(
      "augtop: \(2 * turns) turns of \(NumberText.span(time)) and the job's start; what it writes itself, as"
        + " checkpoints, it writes in each")
    Interruption.listen()
    var plain: [JobTurn] = []
    var changed: [JobTurn] = []
    for turn in 0..<turns {
      for isChanged in turn % 2 == 0 ? [false, true] : [true, false] {
        let one = try undisturbed(
          isChanged ? text : "as it is", isChanged ? wish : nil, of: wish, time, log)
        if isChanged { changed.append(one) } else { plain.append(one) }
      }
    }
    try report(text, wish, plain, changed)
  }

  /// Times that a turn is run in which other programs burn.
  private static let mostTries = 2

  /// Runs a turn, once more where another program took a tenth of a core of it.
  ///
  /// - Parameters:
  ///   - name: What the turn is called.
  ///   - changed: Arguments of its loader that differ from the script's; nil changes none.
  ///   - wish: What the whole is about.
  /// - Throws: A `CommandFault` of status 1 where nothing was measured.
  private func undisturbed(
    _ name: String, _ changed: LoaderWish?, of wish: LoaderWish, _ time: Nanoseconds, _ log: Int32
  ) throws -> JobTurn {
    var tries = 0
    while true {
      guard !Interruption.isAsked else { throw CommandFault.interrupted }
      guard let turn = try JobTurn(command, wish: changed, time: time, log: log) else {
        throw CommandFault.failed(
          "a turn ended before a batch was trained\(changed == nil ? "" : " with \(name)")")
      }
      guard let rate = turn.rate(for: wish) else {
        throw CommandFault.failed(
          "a turn ended before its third epoch began, so nothing is known of what lies between epochs: give"
            + " a longer --for")
      }
      tries += 1
      let isRepeated = turn.isDisturbed && tries < Self.mostTries
      printError(
        "augtop: \(name): \(NumberText.fixed(rate, 2)) batches/s"
          + (turn.isDisturbed
            ? ", while other programs burnt \(NumberText.fixed(turn.others, 1)) cores" : "")
          + (isRepeated ? ": once more" : ""))
      if !isRepeated { return turn }
    }
  }

  private func report(
    _ text: String, _ wish: LoaderWish, _ plain: [JobTurn], _ changed: [JobTurn]
  ) throws {
    let now = Self.interval(plain.compactMap { $0.rate(for: wish) })
    let then = Self.interval(changed.compactMap { $0.rate(for: wish) })
    let (predictions, isSeen) = Self.predictions(of: plain, after: wish)
    guard !predictions.isEmpty || !isSeen else {
      throw CommandFault.failed("too little was measured to predict from: give a longer --for")
    }
    let predicted = predictions.isEmpty ? nil : Self.interval(predictions).mean
    let error = predicted.map { $0 / then.mean - 1 }
    let disturbed = (plain + changed).count(where: \.isDisturbed)
    if json {
      return try printJSON(
        [
          "schema": "augtop-watch-verify/1", "change": text, "now_batches_per_s": now.mean,
          "now_half": now.half, "predicted_batches_per_s": predicted,
          "measured_batches_per_s": then.mean, "measured_half": then.half, "error": error,
          "turns": plain.count,
        ] as JSONObject)
    }
    print("as it is    \(Self.text(now)) batches/s")
    if let predicted, let error {
      print(
        "\(text): predicted \(NumberText.fixed(predicted, 2)), measured \(Self.text(then)) batches/s"
      )
      print("error \(error > 0 ? "+" : "")\(NumberText.fixed(error * 100, 1)) %")
    } else {
      print("\(text): measured \(Self.text(then)) batches/s")
      print("not predicted: what it costs can't be seen in the job as it is")
    }
    for (name, rate) in [("the job's own turns", now), ("the changed turns", then)] {
      let spread = rate.half / rate.mean
      guard spread > 0.04 else { continue }
      print(
        "\(name) are known to ±\(NumberText.percent(spread)): an error within that means nothing")
    }
    if disturbed > 0 {
      print("other programs ran in \(disturbed) of \(2 * plain.count) turns: let nothing else run")
    }
  }

  /// The rates that the unchanged turns predict, and whether what the wish costs can be seen in them.
  private static func predictions(
    of turns: [JobTurn], after wish: LoaderWish
  ) -> (rates: [Double], isSeen: Bool) {
    var rates: [Double] = []
    for turn in turns {
      do throws(PredictionGap) {
        if let rate = try turn.predictedRate(after: wish) { rates.append(rate) }
      } catch {
        if error == .notSeen { return ([], false) }
      }
    }
    return (rates, true)
  }

  private static func text(_ value: (mean: Double, half: Double)) -> String {
    "\(NumberText.fixed(value.mean, 2)) ± \(NumberText.fixed(value.half, 2))"
  }

  /// The mean of some turns, and half of their 90 % interval.
  private static func interval(_ rates: [Double]) -> (mean: Double, half: Double) {
    let count = Double(rates.count)
    let mean = rates.reduce(0, +) / count
    guard rates.count > 1 else { return (mean, 0) }
    // Student's t for a two-sided 90 % interval; turns are three.
    let critical = rates.count == 3 ? 2.92 : studentT90(freedom: max(3, rates.count - 1))
    let variance = rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return (mean, critical * (variance / count).squareRoot())
  }
}
