import RelayDomain
import RelayTesting
import Router

/// One journal and its disk, which exist longer than every router. A commit takes time; it may fail, and it may be done
/// although its writer is never told.
final class SimDisk {
    /// How long a suspended router keeps its claim: longer than beats may be missing, so that no process is linked to
    /// it any more when another router takes over.
    static let lease = Duration.seconds(5)

    /// What happens to the next commits.
    enum Mood { case well, fails, isFull(until: Moment), doesNotReport, killsItsWriter, stalls }

    enum CommitError: Error { case failed, isAnothers }

    let journal: UInt8
    let journals: Int
    private(set) var log = MemoryLog()
    private(set) var term: UInt64 = 0
    var mood = Mood.well
    private unowned let world: SimWorld
    private var writer: (router: SimRouter, life: UInt64)?

    init(journal: UInt8, of journals: Int, in world: SimWorld) {
        self.journal = journal
        self.journals = journals
        self.world = world
    }

    /// The transactions that were ever accepted, the oldest first.
    var transactions: [Transaction] { log.transactions.values.sorted { $0.id < $1.id } }

    /// Whether a transaction is neither final nor marked.
    var hasOpenTransactions: Bool {
        log.transactions.values.contains { $0.isOpen && $0.reconciliation.isEmpty }
    }

    /// Claims the journal for a router, if it has no writer.
    func claim(by router: SimRouter) -> Recovered? {
        if let writer, writer.router.life == writer.life {
            guard let heldUp = writer.router.heldUp, world.now - heldUp.since >= Self.lease else { return nil }
            world.tally.count("journal taken from a router that was held up")
        }
        writer = (router, router.life)
        term += 1
        return log.recover(journal: journal, journals: journals, term: term)
    }

    /// Writes entries as one commit. The writer gets the result, if it still runs.
    func commit(
        _ entries: [JournalEntry], term: UInt64, by router: SimRouter,
        reported: @escaping (Result<Void, CommitError>) -> Void
    ) {
        let life = router.life
        world.plan(after: latency()) { [self] in
            let result = write(entries, term: term, writerLives: router.life == life)
            guard router.life == life else { return }
            router.after(.microseconds(Int64.random(in: 10...200, using: &world.random))) { reported(result) }
        }
    }

    private func latency() -> Duration {
        if case .stalls = mood {
            mood = .well
            return world.span(50...2_000)
        }
        return .microseconds(Int64.random(in: 200...5_000, using: &world.random))
    }

    private func write(_ entries: [JournalEntry], term: UInt64, writerLives: Bool) -> Result<Void, CommitError> {
        // A write of a dying process is done or not.
        guard writerLives || world.chance(0.5) else { return .failure(.failed) }
        guard term == self.term else {
            world.tally.count("commit of an earlier term refused")
            return .failure(.isAnothers)
        }
        // Two moments are too seldom for a death by chance: the one between a question about a late approval and its
        // inquiry, and the one between an acceptance and its command.
        func has(_ kind: JournalEntry.Event.Kind) -> Bool {
            entries.contains { $0.events.contains { $0.kind == kind } }
        }
        if writerLives, world.weather.isStormy,
            has(.reopened) && world.chance(0.3) || has(.accepted) && world.chance(0.02)
        {
            mood = .killsItsWriter
        }
        switch mood {
        case .fails:
            mood = .well
            world.tally.count("commit failed")
            return .failure(.failed)
        case .isFull(let until) where world.now < until:
            world.tally.count("disk full")
            return .failure(.failed)
        case .doesNotReport:
            mood = .well
            world.tally.count("commit done and unreported")
            apply(entries)
            return .failure(.failed)
        case .killsItsWriter where writerLives:
            mood = .well
            apply(entries)
            writer?.router.kill("dies before it hears of its commit")
            world.tally.count("commit done and its writer dead")
            return .success(())
        case .well, .stalls, .isFull, .killsItsWriter:
            apply(entries)
            return .success(())
        }
    }

    private func apply(_ entries: [JournalEntry]) {
        for entry in entries {
            for event in entry.events {
                world.tell("journal \(journal)", "\(entry.transaction.id.short) \(event.kind) \(event.detail)")
            }
        }
        guard world.properties.committing(entries, to: log) else { return }
        log.commit(entries)
    }
}

extension TransactionID {
    /// The part of the ID that distinguishes the transactions of one simulation.
    var short: String { String(text.suffix(8)) }
}
