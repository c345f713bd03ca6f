import JSONText
import NIOConcurrencyHelpers

/// Whether a process can do its work now, part by part, and whether its loops come round; what `/readyz` and `/livez`
/// answer.
///
/// A part is registered before it works, and reports when it works and when it no longer does:
///
/// ```swift
/// let journal = process.health.part("journal", detail: "waiting for the claim")
/// try await openJournal()
/// journal.ready()
/// ```
public final class Health: Sendable {
    /// One thing that must work. May be called from any thread.
    public struct Part: Sendable {
        let health: Health
        let name: String

        /// A loop of the process that this part works on; see ``Health/loop(_:)``.
        public func loop(_ name: String) -> @Sendable () -> Void { health.loop(name) }
        /// The part works.
        public func ready(_ detail: String = "") { health.set(name, State(isReady: true, detail: detail)) }
        /// The part works, but an operator should check: the process counts as ready.
        /// - Parameter detail: what to check; no secrets.
        public func warning(_ detail: String) {
            health.set(name, State(isReady: true, isWarning: true, detail: detail))
        }
        /// The part does not work, or not yet.
        /// - Parameter detail: what is missing, for an operator; no secrets.
        public func notReady(_ detail: String) { health.set(name, State(isReady: false, detail: detail)) }
    }

    private struct State: Sendable {
        let isReady: Bool
        var isWarning = false
        let detail: String

        func write(as name: String, to json: inout JSONWriter) {
            json.field(named: "part", shown: name, bytesMax: textMax)
            json.field("ready", isReady)
            if isWarning { json.field("warning", true) }
            if !detail.isEmpty { json.field(named: "detail", shown: detail, bytesMax: textMax) }
        }
    }

    /// The most bytes of a name or a detail in an answer.
    private static let textMax = 1_024

    private let states = NIOLockedValueBox<[String: State]>([:])

    let loops: Loops

    /// Health without parts; its loops report to no watchdog.
    public convenience init() { self.init(Loops()) }

    init(_ loops: Loops) { self.loops = loops }

    /// Registers a loop; see ``Loops/begin(_:)``. A process is live while each of its loops comes round.
    public func loop(_ name: String) -> @Sendable () -> Void { loops.begin(name) }

    /// Registers a part, which is not ready until it reports it. The same name is the same part.
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
        var json = JSONWriter(reserving: 512)
        json.object { json in
            json.field("live", isLive)
            appendLoops(to: &json)
        }
        return (isLive, json.bytes)
    }

    private func appendLoops(to json: inout JSONWriter) {
        json.array("loops") { json in
            for (name, age) in loops.ages {
                json.object {
                    $0.field(named: "loop", shown: name, bytesMax: Self.textMax)
                    $0.field("tickAge", Double(Int(age / .milliseconds(1))) / 1_000)
                }
            }
        }
    }

    /// What `/readyz` answers: `ready`, each part with its detail, those that are not ready first, and the loops;
    /// `warning` if an operator should check.
    var report: (isReady: Bool, json: [UInt8]) {
        let states = states.withLockedValue { $0 }
        let isReady = states.values.allSatisfy(\.isReady) && loops.areAlive
        let inOrder = states.sorted { ($0.value.isReady ? 1 : 0, $0.key) < ($1.value.isReady ? 1 : 0, $1.key) }
        var json = JSONWriter(reserving: 512)
        json.object { json in
            json.field("ready", isReady)
            json.array("parts") { json in
                for (name, state) in inOrder { json.object { state.write(as: name, to: &$0) } }
            }
            appendLoops(to: &json)
        }
        return (isReady, json.bytes)
    }

    private func set(_ name: String, _ state: State) { states.withLockedValue { $0[name] = state } }
}
