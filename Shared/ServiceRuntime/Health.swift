import NIOConcurrencyHelpers

/// Whether a process can do its work now, part by part, and whether its loops come round; what `/readyz` and `/livez` answer.
///
/// A part is registered before it works, says so when it does, and when it no longer does:
///
/// ```swift
/// let journal = process.health.part("journal", detail: "waiting for the claim")
/// try await openJournal()
/// journal.ready()
/// ```
public final class Health: Sendable {
    /// One thing that must work. May be told from any thread.
    public struct Part: Sendable {
        let health: Health
        let name: String

        /// A loop of the process that this part works on; see ``Health/loop(_:)``.
        public func loop(_ name: String) -> @Sendable () -> Void { health.loop(name) }
        /// It works.
        public func ready(_ detail: String = "") { health.set(name, State(isReady: true, detail: detail)) }
        /// It works, but an operator should look: the process counts as ready.
        /// - Parameter detail: at what; no secrets.
        public func warning(_ detail: String) {
            health.set(name, State(isReady: true, isWarning: true, detail: detail))
        }
        /// It does not, or not yet.
        /// - Parameter detail: what is missing, for an operator; no secrets.
        public func notReady(_ detail: String) { health.set(name, State(isReady: false, detail: detail)) }
    }

    private struct State: Sendable {
        let isReady: Bool
        var isWarning = false
        let detail: String
    }

    private let states = NIOLockedValueBox<[String: State]>([:])

    let loops: Loops

    public convenience init() { self.init(Loops()) }

    init(_ loops: Loops) { self.loops = loops }

    /// Registers a loop; see ``Loops/begin(_:)``. A process is live while each of its loops comes round.
    public func loop(_ name: String) -> @Sendable () -> Void { loops.begin(name) }

    /// Registers a part, not ready until it says so. The same name is the same part.
    @discardableResult
    public func part(_ name: String, detail: String = "starting") -> Part {
        let part = Part(health: self, name: name)
        part.notReady(detail)
        return part
    }

    /// True if every part works.
    public var isReady: Bool { states.withLockedValue { $0.values.allSatisfy(\.isReady) } && loops.areAlive }

    /// What `/livez` answers: `live`, and how long ago each loop came round, in seconds.
    var liveness: (isLive: Bool, json: [UInt8]) {
        let isLive = loops.areAlive
        var object = JSONLine()
        object.append("live", json: "\(isLive)")
        object.append("loops", json: loopAges)
        return (isLive, object.closed())
    }

    private var loopAges: String {
        let loops = loops.ages.map { name, age in
            var loop = JSONLine(reserving: 64)
            loop.append("loop", name)
            loop.append("tickAge", json: "\(Double(Int(age / .milliseconds(1))) / 1_000)")
            return String(decoding: loop.closed(), as: UTF8.self)
        }
        return "[\(loops.joined(separator: ","))]"
    }

    /// What `/readyz` answers: `ready`, each part with its detail, what is not ready first, and the loops; `warning` where
    /// somebody should look.
    var report: (isReady: Bool, json: [UInt8]) {
        let states = states.withLockedValue { $0 }
        let isReady = states.values.allSatisfy(\.isReady) && loops.areAlive
        let inOrder = states.sorted { ($0.value.isReady ? 1 : 0, $0.key) < ($1.value.isReady ? 1 : 0, $1.key) }
        let parts = inOrder.map { name, state in
            var part = JSONLine(reserving: 128)
            part.append("part", name)
            part.append("ready", json: "\(state.isReady)")
            if state.isWarning { part.append("warning", json: "true") }
            if !state.detail.isEmpty { part.append("detail", state.detail) }
            return String(decoding: part.closed(), as: UTF8.self)
        }
        var object = JSONLine()
        object.append("ready", json: "\(isReady)")
        object.append("parts", json: "[\(parts.joined(separator: ","))]")
        object.append("loops", json: loopAges)
        return (isReady, object.closed())
    }

    private func set(_ name: String, _ state: State) { states.withLockedValue { $0[name] = state } }
}
