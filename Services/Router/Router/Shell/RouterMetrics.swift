import Metrics
import RelayDomain

/// What a router counts.
struct RouterMetrics {
    private let refusals = Dictionary(
        uniqueKeysWithValues: Refusal.allCases.map {
            ($0, Counter(label: "baton_router_refusals_total", dimensions: [("code", $0.rawValue)]))
        })
    private let events = Dictionary(
        uniqueKeysWithValues: JournalEntry.Event.Kind.allCases.map {
            ($0, Counter(label: "baton_router_events_total", dimensions: [("kind", $0.rawValue)]))
        })
    private let live = Gauge(label: "baton_router_transactions_without_outcome")
    private let devices = Gauge(label: "baton_router_devices_online")
    private let wallAhead = Gauge(label: "baton_router_wall_clock_ahead_seconds")
    private let wallSteps = Counter(label: "baton_router_wall_clock_steps_total")
    private let devicesNotReady = Gauge(label: "baton_router_devices_not_ready")
    private let commitTime = Timer(label: "baton_router_commit_seconds")
    private let commitSize = Recorder(label: "baton_router_commit_entries")

    func refused(_ refusal: Refusal) { refusals[refusal]?.increment() }

    func committed(_ entries: [JournalEntry], in span: Duration) {
        for entry in entries { for event in entry.events { events[event.kind]?.increment() } }
        commitSize.record(entries.count)
        commitTime.recordNanoseconds(
            span.components.seconds * 1_000_000_000 + span.components.attoseconds / 1_000_000_000)
    }

    func wallClockStepped() { wallSteps.increment() }

    /// What the wall clock is ahead of relay time.
    func wallClock(ahead: Duration) { wallAhead.record(Double(ahead.milliseconds) / 1_000) }

    func stands(transactions: Int, devices online: Int, notReady: Int) {
        live.record(transactions)
        devices.record(online)
        devicesNotReady.record(notReady)
    }
}
