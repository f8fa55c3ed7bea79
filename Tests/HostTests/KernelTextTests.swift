import Host
import Testing

@Suite struct KernelTextTests {
  @Test func aFileOfTheKernelsIsReadUpToALength() throws {
    let whole = try #require(KernelText.read("/proc/self/stat"))
    #expect(whole.hasSuffix("\n") && whole.split(separator: " ").count > 40)
    #expect(KernelText.read("/proc/self/stat", longest: 1) == String(whole.prefix(1)))
  }

  @Test func ofAProcessThatIsGoneThereIsNone() {
    #expect(KernelText.read("/proc/0/stat") == nil)
  }
}
