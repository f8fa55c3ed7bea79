/// The purpose of a piece of the screen; a theme gives each one its look.
package enum Role: String, CaseIterable, Sendable {
  /// Ordinary text; every theme must give it a colour or leave it to the terminal.
  case text
  /// Text of less weight: units, hints, what is off.
  case muted
  /// Titles of panels and of the program.
  case title
  /// Column headings.
  case heading
  /// Box lines.
  case border
  /// Text that the eye should find first: the verdict, the number that counts.
  case accent
  /// A key to press.
  case key
  /// A value to compare by: numbers in tables.
  case value
  case good
  case warn
  case bad
  /// The selected row.
  case selection
  /// The part of a bar that isn't filled.
  case barTrack = "bar-track"
  /// A stage that is on, and one that is off.
  case stageOn = "stage-on"
  case stageOff = "stage-off"
  /// The span from least to most in a graph, its mean, and its axis.
  case graphBand = "graph-band"
  case graphMean = "graph-mean"
  case graphAxis = "graph-axis"
  /// The parts of a step of the simulated GPU.
  case gpuBusy = "gpu-busy"
  case gpuHost = "gpu-host"
  case gpuStarved = "gpu-starved"
  /// A queue that is empty, and one that is full.
  case queueEmpty = "queue-empty"
  case queueFull = "queue-full"
  /// Values before the last change, behind the present ones.
  case ghost
  /// A marker the user set, and a recording in progress.
  case marker
  case recording
}

/// A run of colour along a quantity from 0 to 1.
package enum GradientRole: String, CaseIterable, Sendable {
  /// How much a stage costs: harmless to heavy.
  case load
  /// How deep the queue is: empty (starving) to full.
  case queue
  /// How much of an epoch is done.
  case progress
}

/// The colour of a cell: a role's, or a point on a gradient.
package enum Ink: Hashable, Sendable {
  case role(Role)
  /// A point on a gradient, 0...255.
  case gradient(GradientRole, UInt8)
  /// A role's colour over the ground, from none of it at 0 to all of it at 255.
  case shade(Role, UInt8)
  /// A colour of a picture, which no theme changes.
  case exact(Color)

  /// Distinct colours on a gradient, about as many as the eye distinguishes. Each change of colour
  /// costs output bytes, and most neighbouring cells of a graph have similar values.
  private static let gradientSteps = 32.0

  /// Shades are of as many levels, since every change of colour costs output bytes.
  private static let shadeSteps = 16.0

  /// So much of a role's colour; the amount is clamped to 0...1, and NaN counts as 0.
  package static func shade(_ role: Role, amount: Double) -> Ink {
    let step = (amount > 0 ? min(amount, 1) * shadeSteps : 0).rounded()
    return .shade(role, UInt8(step / shadeSteps * 255))
  }

  /// A point on a gradient; the position is clamped to 0...1, and NaN counts as 0.
  package static func sample(_ gradient: GradientRole, at position: Double) -> Ink {
    let step = (position > 0 ? min(position, 1) * gradientSteps : 0).rounded()
    return .gradient(gradient, UInt8(step / gradientSteps * 255))
  }
}
