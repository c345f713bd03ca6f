import Metrics
import RelayDomain
import RelayJournal

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

    private let journals = Gauge(label: "baton_router_journals")
    /// Kept, because each authorization needs its timer.
    private var answerTimes: [DestinationID: Timer] = [:]

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

    /// How long a destination's adapter took for an authorization.
    mutating func answered(_ destination: DestinationID, after span: Duration) {
        let timer =
            answerTimes[destination]
            ?? Timer(
                label: "baton_router_destination_answer_seconds", dimensions: [("destination", destination.text)])
        answerTimes[destination] = timer
        timer.recordNanoseconds(span.milliseconds * 1_000_000)
    }

    /// How the registered destinations stand.
    /// - Parameter gone: those that were reported before and are no longer registered; they have no trouble.
    func destinations(_ standings: [DestinationID: DestinationStanding], gone: [DestinationID]) {
        for (destination, standing) in standings {
            switch standing {
            case .ready(let adapters): destination.record(ready: adapters)
            case .doubtful(let adapters, _): destination.record(ready: adapters, inDoubt: true)
            case .noAdapter: destination.record(ready: 0, withoutAdapter: true)
            }
        }
        for destination in gone { destination.record(ready: 0) }
    }

    /// What was configured: a standby reports it too.
    func configured(journals count: Int) { journals.record(count) }

    func writes(journal: UInt8) {
        Gauge(label: "baton_router_journal_writer", dimensions: [("journal", "\(journal)")]).record(1)
    }

    /// Whether new transactions are refused because the journal's index cannot follow.
    func journal(_ journal: UInt8, isFull: Bool) {
        Gauge(label: "baton_router_journal_full", dimensions: [("journal", "\(journal)")]).record(isFull ? 1 : 0)
    }

    /// Made with its first value: a standby has none, and a 0 would look like a version.
    func registry(version: UInt64) { Gauge(label: "baton_router_registry_version").record(Double(version)) }

    func stored(_ footprint: JournalFootprint, of journal: UInt8, lastBackup at: Instant?) {
        for (file, bytes) in footprint.bytes {
            Gauge(label: "baton_router_journal_bytes", dimensions: [("journal", "\(journal)"), ("file", file)])
                .record(Double(bytes))
        }
        Gauge(label: "baton_router_journal_unindexed_events", dimensions: [("journal", "\(journal)")])
            .record(Double(footprint.unindexedEvents))
        Gauge(label: "baton_router_journal_index_trouble", dimensions: [("journal", "\(journal)")])
            .record(footprint.indexTrouble == nil ? 0 : 1)
        Gauge(label: "baton_router_last_backup_timestamp_seconds").record(Double(at?.milliseconds ?? 0) / 1_000)
    }

    func stands(transactions: Int, devices online: Int, notReady: Int) {
        live.record(transactions)
        devices.record(online)
        devicesNotReady.record(notReady)
    }
}

extension DestinationID {
    fileprivate func record(ready adapters: Int, inDoubt: Bool = false, withoutAdapter: Bool = false) {
        func gauge(_ label: String, _ more: [(String, String)] = []) -> Gauge {
            Gauge(label: label, dimensions: [("destination", text)] + more)
        }
        gauge("baton_router_adapters_ready").record(adapters)
        gauge("baton_router_destination_trouble", [("kind", "noAdapter")]).record(withoutAdapter ? 1 : 0)
        gauge("baton_router_destination_trouble", [("kind", "doubtful")]).record(inDoubt ? 1 : 0)
    }
}
