import Augmentation
package import Pipeline
import Quantities

/// The choice of the picture's panel: which picture of the flow, and whether it stays.
struct PictureChoice: Sendable, Equatable {
  /// Pictures follow one another in this time.
  static let lifetime = Nanoseconds.seconds(2)

  var number = 0
  var redraws: UInt32 = 0
  /// Whether the picture stays until a key.
  var isHeld = false
  /// Whether the selected stage's effect alone is shown.
  var isOfStage = false
  /// When the picture came, on the session's clock.
  var shown = Nanoseconds.zero
}

extension Model {
  /// The picture that the panel wants; nil where none is on the screen, or the view is frozen.
  package var wantedPicture: PictureRequest? { wantedPicture(after: nil) }

  /// The same.
  ///
  /// - Parameter last: A picture that isn't wanted again; nil where there is none.
  package func wantedPicture(after last: PictureRequest?) -> PictureRequest? {
    guard hasPicture, frozenFacts == nil, case let request = pictureRequest, request != last,
      layout(in: size).place(of: .picture) != nil
    else { return nil }
    return request
  }

  private var pictureRequest: PictureRequest {
    var request = PictureRequest(
      stages: reading.scenario.stages, settings: reading.scenario.settings)
    request.number = choice.number
    request.redraws = choice.redraws
    if choice.isOfStage, stages.indices.contains(selection.index),
      stages[selection].isSwitchable, request.stages.contains(selection)
    {
      request.stage = selection
    }
    return request
  }

  mutating func nextPicture() -> [Effect] {
    guard checkPictures() else { return [] }
    choice.number += 1
    choice.redraws = 0
    choice.shown = reading.at
    return []
  }

  mutating func redrawPicture() -> [Effect] {
    guard checkPictures() else { return [] }
    choice.redraws &+= 1
    choice.isHeld = true
    return []
  }

  mutating func holdPicture() -> [Effect] {
    guard checkPictures() else { return [] }
    choice.isHeld.toggle()
    notice = Notice(text: choice.isHeld ? "picture held" : "pictures go on", isWarning: false)
    return []
  }

  mutating func toggleStagePicture() -> [Effect] {
    guard checkPictures() else { return [] }
    choice.isOfStage.toggle()
    notice = Notice(
      text: choice.isOfStage
        ? "picture without and with the selected stage" : "picture of all stages",
      isWarning: false)
    return []
  }

  /// Whether there are pictures; a notice says where there are none.
  private mutating func checkPictures() -> Bool {
    if !hasPicture {
      notice = Notice(
        text: reading.replay == nil
          ? "this session has no pictures of its own" : "a recording has no pictures",
        isWarning: true)
    }
    return hasPicture
  }

  /// Lets the next picture come after a while.
  mutating func advancePicture() {
    guard hasPicture, !choice.isHeld, reading.state == .running,
      reading.at - choice.shown >= PictureChoice.lifetime
    else { return }
    choice.number += 1
    choice.redraws = 0
    choice.shown = reading.at
  }
}
