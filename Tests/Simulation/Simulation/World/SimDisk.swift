import RelayDomain
import RelayJournal
import RelayTesting
import Router
import SQLiteLog

/// One journal and its disk, which exist longer than every router: a log, and an index that follows it. A commit takes
/// time; it may fail, and it may be done although its writer is never told.
final class SimDisk {
    /// How long a suspended router keeps its claim: longer than beats may be missing, so that no process is linked to
    /// it any more when another router takes over.
    static let lease = Duration.seconds(5)

    /// What happens to the next commits.
    enum Mood { case well, fails, isFull(until: Moment), doesNotReport, killsItsWriter, losesPower, stalls }

    enum CommitError: Error { case failed, isAnothers }

    let journal: UInt8
    let journals: Int
    /// What is durable, as the judge knows it; no router reads it.
    private(set) var truth = MemoryLog()
    private(set) var term: UInt64 = 0
    private let log: SimLog
    private let index = SimIndexPlace()
    var mood = Mood.well
    private unowned let world: SimWorld
    private var writer: (router: SimRouter, life: UInt64)?

    init(journal: UInt8, of journals: Int, in world: SimWorld) {
        self.journal = journal
        self.journals = journals
        self.world = world
        log = SimLog("journal \(journal)")
    }

    /// The transactions that were ever accepted, the oldest first.
    var transactions: [Transaction] { truth.transactions.values.sorted { $0.id < $1.id } }

    /// Whether a transaction is neither final nor marked.
    var hasOpenTransactions: Bool {
        truth.transactions.values.contains { $0.isOpen && $0.reconciliation.isEmpty }
    }

    /// Claims the journal for a router, if it has no writer.
    func claim(by router: SimRouter) -> SimJournal? {
        if let writer, writer.router.life == writer.life {
            guard let heldUp = writer.router.heldUp, world.now - heldUp.since >= Self.lease else { return nil }
            world.tally.count("journal taken from a router that was held up")
        }
        loseEnd()
        mistakeIndex()
        do {
            let claimed = try SimJournal(
                claiming: log, index, Standing(journal: journal, journals: UInt8(journals)), indexIsBuilt)
            writer = (router, router.life)
            term = claimed.recovered.term
            tell(log.synchronize())
            world.properties.recovered(claimed.recovered, of: truth)
            // The time between two writers is none after which keys and codes are forgotten.
            _ = truth.recover(term: term)
            return claimed
        } catch JournalError.endLost {
            // The index is of another log; nothing was written. The operator looks, and takes it away.
            world.tally.count("journal not opened: its index has seen more")
            index.lose()
        } catch JournalError.failed where isIndexFull {
            world.tally.count("journal not opened: its index's disk is full")
        } catch {
            world.properties.breach(.nothingLost, "journal \(journal) cannot be opened: \(error)")
        }
        return nil
    }

    // MARK: - The index

    /// Whether the index's disk takes no more.
    var isIndexFull: Bool {
        get { index.isFull }
        set { index.isFull = newValue }
    }

    /// A start has made an index. Only a lost one is a reason to: nothing damages it here.
    private func indexIsBuilt(because why: String?) {
        world.tally.count("index built anew")
        world.tell("journal \(journal)", "the index is built anew: \(why ?? "it was lost")")
        if let why { world.properties.breach(.indexInOrder, "journal \(journal) builds its index anew: \(why)") }
    }

    /// While no router had it open, the log lost batches that its index has seen. No router goes on without them; the
    /// operator finds them, and puts them back.
    private func loseEnd() {
        guard world.weather.isStormy, holders.isEmpty, world.chance(0.05), let seen = index.index?.witness().seen
        else { return }
        let kept = Int.random(in: 0..<Int(seen.head.number), using: &world.random)
        let empty = Standing(journal: journal, journals: UInt8(journals))
        log.withoutEnd(keeping: kept) {
            do {
                _ = try SimJournal(claiming: log, index, empty) { _ in }
                world.properties.breach(
                    .nothingLost,
                    "journal \(journal) goes on from batch \(kept), its index has seen \(seen.head.number)")
            } catch JournalError.endLost {
                world.tally.count("journal not opened: its log lost its end")
            } catch {
                world.properties.breach(.nothingLost, "journal \(journal) without its end cannot be opened: \(error)")
            }
        }
    }

    /// While no router had it open, the index was lost, or another log's was put in its place.
    private func mistakeIndex() {
        guard world.weather.isStormy, let found = index.index, holders.isEmpty else { return }
        switch Int.random(in: 0..<40, using: &world.random) {
        case 0..<3:
            index.lose()
            world.tally.count("index lost")
        case 3:
            found.mistake(for: LogHead(number: log.head.number + 3, hash: [1]))
            world.tally.count("index ahead of its log")
        case 4:
            found.mistake(for: LogHead(number: log.head.number, hash: [1]))
            world.tally.count("index of another log")
        default: break
        }
    }

    /// The routers that write the journal, or believe that they do.
    private var holders: [SimRouter] { world.routers.filter { $0.holds(self) } }

    /// The machine of the journal's routers is without power for a moment.
    func losePower() {
        for router in holders { router.kill("loses power") }
        log.losePower(world)
        index.index?.losePower(&world.random)
        world.tally.count("power lost")
    }

    // MARK: - Commits

    /// A commit that its writer has begun.
    private struct Begun {
        let entries: [JournalEntry]
        let journal: SimJournal
        let router: SimRouter
        let life: UInt64
        let end: (Result<Void, CommitError>) -> Void

        var term: UInt64 { journal.recovered.term }
        var writerLives: Bool { router.life == life }
    }

    private var begun: [Begun] = []
    /// The life of a router whose commit has failed: it writes no more.
    private var failed: (router: SimRouter, life: UInt64)?
    private var asked: [() -> Void] = []

    /// Whether commits are under way.
    private(set) var isWriting = false

    /// Whether a router's commit has failed, or is done without its knowledge.
    func hasFailed(_ router: SimRouter) -> Bool {
        failed.map { $0.router === router && $0.life == router.life } ?? false
    }

    /// Begins a commit. Those that wait are written together. The writer is told of the end of each, if it still runs.
    func commit(
        _ entries: [JournalEntry], to journal: SimJournal, by router: SimRouter,
        _ end: @escaping (Result<Void, CommitError>) -> Void
    ) {
        if hasFailed(router) { return }
        journal.begin(entries)
        begun.append(Begun(entries: entries, journal: journal, router: router, life: router.life, end: end))
        if !isWriting { writeNext() }
    }

    /// Calls back behind all that was begun, if the router still runs.
    func whenWritten(by router: SimRouter, _ body: @escaping () -> Void) {
        let life = router.life
        asked.append { if router.life == life { router.after(.microseconds(20), body) } }
    }

    private func writeNext() {
        guard let first = begun.first else {
            isWriting = false
            defer { asked = [] }
            return asked.forEach { $0() }
        }
        isWriting = true
        // Those of a writer whose place another has taken are written apart from the other's.
        let group = Array(begun.prefix { $0.term == first.term && $0.life == first.life })
        begun.removeFirst(group.count)
        if group.count > 1 { world.tally.count("commits written together") }
        let failures = log.failures
        world.plan(after: latency()) { [self] in
            // What was not written is lost with the power.
            guard failures == log.failures else { return ended(group, .failure(.failed)) }
            switch write(group) {
            case .failure(let error): ended(group, .failure(error))
            case .success(let isDurable):
                world.plan(after: .microseconds(Int64.random(in: 50...2_000, using: &world.random))) { [self] in
                    guard failures == log.failures else { return ended(group, .failure(.failed)) }
                    ended(group, synchronize(group, isDurable))
                }
            }
        }
    }

    /// A group of commits has ended: its writer is told, if it lives, and the next one is written.
    private func ended(_ group: [Begun], _ result: Result<Void, CommitError>) {
        let first = group[0]
        // What was begun later has decided upon what is lost.
        if case .failure = result {
            failed = (first.router, first.life)
            begun.removeAll { $0.term == first.term && $0.life == first.life }
        }
        if first.writerLives {
            let told = Duration.microseconds(Int64.random(in: 10...200, using: &world.random))
            first.router.after(told) { for each in group where each.writerLives { each.end(result) } }
        }
        writeNext()
    }

    private func latency() -> Duration {
        if case .stalls = mood {
            mood = .well
            return world.span(50...2_000)
        }
        return .microseconds(Int64.random(in: 200...5_000, using: &world.random))
    }

    /// Writes all of these commits or none, as one batch, which is not durable yet.
    /// - Returns: what its writer has to do when it is.
    private func write(_ group: [Begun]) -> Result<() -> Void, CommitError> {
        let (first, commits) = (group[0], group.map(\.entries))
        // A write of a dying process is done or not.
        guard first.writerLives || world.chance(0.5) else { return .failure(.failed) }
        switch mood {
        case .fails:
            mood = .well
            world.tally.count("commit failed")
            return .failure(.failed)
        case .isFull(let until) where world.now < until:
            world.tally.count("disk full")
            return .failure(.failed)
        case .well, .stalls, .isFull, .killsItsWriter, .doesNotReport, .losesPower: break
        }
        do {
            let (isDurable, bytes) = try first.journal.write(commits)
            world.properties.written(bytes)
            return .success { if isDurable() { first.router.callIndexer() } }
        } catch JournalError.claimLost {
            world.tally.count("commit of an earlier term refused")
            return .failure(.isAnothers)
        } catch {
            // What the journal refuses breaks a property; if none of those is broken, this one is.
            if commits.allSatisfy({ world.properties.committing($0, to: truth) }) {
                world.properties.breach(.understood, "journal \(journal) refuses a commit: \(error)")
            }
            return .failure(.failed)
        }
    }

    /// Makes durable what was written.
    private func synchronize(_ group: [Begun], _ isDurable: () -> Void) -> Result<Void, CommitError> {
        let first = group[0]
        // Nobody asks the disk for it any more: the next writer finds what a dead one has written, or not.
        guard first.writerLives else { return .failure(.failed) }
        func has(_ kind: JournalEntry.Event.Kind) -> Bool {
            group.contains { $0.entries.contains { $0.events.contains { $0.kind == kind } } }
        }
        // Two moments are too seldom for a death by chance: the one between a question about a late approval and its
        // inquiry, and the one between an acceptance and its command.
        if world.weather.isStormy, has(.reopened) && world.chance(0.3) || has(.accepted) && world.chance(0.02) {
            mood = .killsItsWriter
        }
        let former = mood
        switch former {
        case .losesPower:
            mood = .well
            losePower()
            return .failure(.failed)
        case .doesNotReport, .killsItsWriter: mood = .well
        case .well, .stalls, .isFull, .fails: break
        }
        tell(log.synchronize())
        switch former {
        case .doesNotReport:
            world.tally.count("commit done and unreported")
            return .failure(.failed)
        case .killsItsWriter:
            first.router.kill("dies before it hears of its commit")
            world.tally.count("commit done and its writer dead")
            return .failure(.failed)  // To nobody: what the dead one has begun since is not written.
        case .well, .stalls, .isFull, .fails, .losesPower:
            isDurable()
            if world.chance(0.03) {
                first.journal.closeSegment()
                first.router.callIndexer()
            }
            return .success(())
        }
    }

    /// The judge hears what is durable.
    private func tell(_ commits: [[JournalEntry]]) {
        for entries in commits {
            for entry in entries {
                for event in entry.events {
                    world.tell("journal \(journal)", "\(entry.transaction.id.short) \(event.kind) \(event.detail)")
                }
            }
            guard world.properties.committing(entries, to: truth) else { return }
            truth.commit(entries)
        }
    }
}

extension TransactionID {
    /// The part of the ID that distinguishes the transactions of one simulation.
    var short: String { String(text.suffix(8)) }
}
