import ArgumentParser
import Pipeline
import Quantities
import ScenarioFiles
import Toml

/// `augtop gpus`: the table of published throughputs.
struct GPUsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gpus",
    abstract: "List the GPUs whose step times are known by name: published throughputs.",
    discussion: """
      --gpu MODEL@DEVICE:PRECISION takes a step time from this table: batch ÷ pictures a second. Nothing \
      in it was measured here; every row has its source (--json has it whole).

      A file of your own adds rows: ~/.config/augtop/gpus.csv ($XDG_CONFIG_HOME/augtop/gpus.csv), one row \
      a line: model,device,precision,batch,side,images_per_s,source.

      Examples:
        augtop gpus
        augtop gpus --json
        augtop simulate --gpu resnet50@a100:amp --batch-size 256
      """)

  @Flag(help: "Print the table as JSON.") var json = false

  func run() throws {
    let rows: [PublishedGPU]
    do {
      rows = try GPUTable().rows
    } catch {
      throw CommandFault.wrong(error.message)
    }
    if json {
      return try printJSON(["schema": "augtop-gpus/1", "gpus": rows.map(\.json)])
    }
    let width = max(20, rows.map(\.name.count).max() ?? 0) + 2
    var table = TextTable([
      .left("model@device:precision", width), .right("batch", 6), .right("side", 6),
      .right("images/s", 10), .right("step", 10), .left("  source", 60),
    ])
    for row in rows {
      table.add([
        row.name, "\(row.batch)", "\(row.side)", NumberText.rate(row.imagesPerSecond),
        NumberText.span(Nanoseconds(row.step(batch: row.batch))),
        "  " + String(row.source.prefix { $0 != ":" && $0 != "," }),
      ])
    }
    print(table.lines.printableText)
  }
}

extension PublishedGPU {
  fileprivate var json: JSONObject {
    [
      "name": name, "model": model, "device": device, "precision": precision, "batch": batch,
      "side": side, "images_per_s": imagesPerSecond, "step_s": step(batch: batch).seconds,
      "source": source,
    ]
  }
}
