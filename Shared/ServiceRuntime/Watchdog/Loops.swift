import Foundation
import NIOConcurrencyHelpers

/// The loops of this process, and when each last came round, for `/livez` and for a watchdog.
///
/// A loop is a thread that serves many connections: the event loop, a reactor. It ticks at each turn, also when it has
/// no work.
public final class Loops: Sendable {
    /// How often a loop ticks at least.
    public static let period = Duration.milliseconds(500)

    /// One loop, from its first tick until it is removed.
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
    ///   - watcher: the pipe for reports, which does not block; nil: no process watches.
    ///   - ticks: when each loop last came round.
    init(watcher: Int32? = nil, ticks: [String: ContinuousClock.Instant] = [:]) {
        self.watcher = watcher
        self.ticks = NIOLockedValueBox(ticks)
    }

    /// A loop that has begun.
    /// - Parameter name: distinguishes the process's loops; at most 15 bytes count.
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

    /// Whether each loop came round within ``LoopWatch/deafMax``.
    var areAlive: Bool { ages.allSatisfy { $0.age < LoopWatch.deafMax } }

    /// A watchdog that has ended or is suspended is not waited for.
    private func send(_ word: LoopReport) {
        ticks.withLockedValue { $0[word.loop] = word.kind == .tick ? .now : nil }
        guard let watcher else { return }
        let bytes = word.encoded
        _ = write(watcher, bytes, bytes.count)
    }
}
