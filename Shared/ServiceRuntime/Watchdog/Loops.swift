import Foundation
import NIOConcurrencyHelpers

/// The loops of this process, and when each last came round: what `/livez` tells, and a watchdog is told.
///
/// A loop is a thread that serves many: the event loop, a reactor. It ticks at each turn, also when it has nothing to
/// do.
public final class Loops: Sendable {
    /// How often a loop ticks at least.
    public static let period = Duration.milliseconds(500)

    /// One loop, from its first tick until it is forgotten.
    private final class Loop: Sendable {
        let name: String
        let loops: Loops

        init(_ name: String, _ loops: Loops) {
            self.name = name
            self.loops = loops
            tick()
        }

        deinit { loops.send(LoopReport(.gone, name)) }

        func tick() { loops.send(LoopReport(.tick, name)) }
    }

    private let watcher: Int32?
    private let ticks: NIOLockedValueBox<[String: ContinuousClock.Instant]>

    /// - Parameters:
    ///   - watcher: where words are written, a pipe that does not block; nil: nobody watches.
    ///   - ticks: when each loop last came round.
    init(watcher: Int32? = nil, ticks: [String: ContinuousClock.Instant] = [:]) {
        self.watcher = watcher
        self.ticks = NIOLockedValueBox(ticks)
    }

    /// A loop that has begun.
    /// - Parameter name: tells it from the process's others; at most 15 bytes count.
    /// - Returns: to be called by the loop at each turn, or each ``period``. The loop has ended when it is released.
    public func begin(_ name: String) -> @Sendable () -> Void {
        let loop = Loop(name, self)
        return { loop.tick() }
    }

    /// How long ago each loop came round, by name.
    var ages: [(loop: String, age: Duration)] {
        let now = ContinuousClock.now
        return ticks.withLockedValue { $0 }.map { ($0.key, now - $0.value) }.sorted { $0.0 < $1.0 }
    }

    /// Whether each loop came round lately enough.
    var areAlive: Bool { ages.allSatisfy { $0.age < LoopWatch.deafMax } }

    /// A watcher that is gone or asleep is not waited for.
    private func send(_ word: LoopReport) {
        ticks.withLockedValue { $0[word.loop] = word.kind == .tick ? .now : nil }
        guard let watcher else { return }
        let bytes = word.encoded
        _ = write(watcher, bytes, bytes.count)
    }
}
