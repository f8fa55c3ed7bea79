import Glibc
import Host
import Testing

@Suite struct ProcessTreeTests {
  @Test func aProcessIsAmongAllAndBelowItsParent() {
    #expect(ProcessTree.all().contains(getpid()))
    let below = ProcessTree.descendants(of: getppid())
    #expect(below.first == getppid() && below.contains(getpid()))
    // A process isn't below its child.
    #expect(!ProcessTree.descendants(of: getpid()).contains(getppid()))
  }
}
