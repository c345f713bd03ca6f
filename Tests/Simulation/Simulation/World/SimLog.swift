import RelayDomain
import RelayJournal
import SQLiteLog

/// A journal's log on a disk. A row is first written and then synchronized: a process that dies leaves what it has
/// written, a power failure loses some of it, and may leave the first lost row torn.
final class SimLog: LogReading {
    /// One batch.
    private struct Row {
        var bytes: [UInt8]
        let head: LogHead
        /// What the router committed with it; none for a claim.
        let commits: [[JournalEntry]]
    }

    let folder: String
    private var rows: [Row] = []
    /// How many rows a power failure cannot take.
    private var synchronized = 0
    /// How many rows were told to the judge as durable.
    private var told = 0
    private var read: [UInt64: Batch] = [:]
    /// Grows with each power failure.
    private(set) var failures = 0

    init(_ name: String) { folder = name }

    var head: LogHead { rows.last?.head ?? LogHead() }

    // MARK: - What is written

    /// Writes a row behind the others. Its number is the primary key, and so the check of the writer's claim.
    /// - Parameter last: where the log ends as far as its writer knows.
    /// - Returns: nil if another writer has used the next number; nothing is written then.
    func append(
        _ batch: Batch, of commits: [[JournalEntry]], after last: LogHead
    ) -> (head: LogHead, bytes: [UInt8])? {
        guard last.number == head.number else { return nil }
        let bytes = batch.bytes
        let next = head.next(hash: Self.hash(head, bytes))
        rows.append(Row(bytes: bytes, head: next, commits: commits))
        return (next, bytes)
    }

    /// What is written is durable from now on.
    /// - Returns: the commits that are newly so.
    func synchronize() -> [[JournalEntry]] {
        synchronized = rows.count
        defer { told = rows.count }
        return rows[told...].flatMap(\.commits)
    }

    /// The power fails while rows are written.
    func losePower(_ world: SimWorld) {
        failures += 1
        guard synchronized < rows.count else { return }
        let kept = Int.random(in: synchronized...rows.count, using: &world.random)
        world.tally.count(kept < rows.count ? "batch lost in a power failure" : "batch kept in a power failure")
        if kept < rows.count, world.chance(0.8) {
            rows.removeSubrange((kept + 1)...)
            rows[kept].bytes.removeLast(Int.random(in: 1...rows[kept].bytes.count, using: &world.random))
            world.tally.count("batch torn")
        } else {
            rows.removeSubrange(kept...)
        }
    }

    /// A new writer opens the log: a row that is torn is none, as SQLite sees by its sums. What it reads is on the disk
    /// before.
    func open() {
        for place in synchronized..<rows.count {
            let former = place == 0 ? LogHead() : rows[place - 1].head
            guard Self.hash(former, rows[place].bytes) == rows[place].head.hash else {
                rows.removeSubrange(place...)
                break
            }
        }
        synchronized = rows.count
        read = [:]
    }

    /// FNV-1a: nobody forges hashes here.
    private static func hash(_ head: LogHead, _ bytes: [UInt8]) -> [UInt8] {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ head.number
        for byte in head.hash { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return withUnsafeBytes(of: hash.bigEndian) { Array($0) }
    }

    /// Somebody takes the last rows away, for so long.
    func withoutEnd(keeping count: Int, _ body: () throws -> Void) rethrows {
        let whole = (rows, synchronized, told)
        (synchronized, told) = (min(synchronized, count), min(told, count))
        rows.removeSubrange(count...)
        defer {
            (rows, synchronized, told) = whole
            read = [:]
        }
        try body()
    }

    // MARK: - What is read

    func batch(_ number: UInt64) throws -> Batch {
        if let batch = read[number] { return batch }
        guard (1...UInt64(max(1, rows.count))).contains(number), !rows.isEmpty else {
            throw JournalError.damaged(path: folder, what: "batch \(number) is missing")
        }
        let batch = try Batch(rows[Int(number) - 1].bytes)
        read[number] = batch
        return batch
    }

    func hash(of number: UInt64) throws -> [UInt8]? {
        if number == 0 { return LogHead().hash }
        return number <= UInt64(rows.count) ? rows[Int(number) - 1].head.hash : nil
    }

    func lastNumber() throws -> UInt64 { UInt64(rows.count) }

    func batches(after number: UInt64, _ body: (Batch, LogHead) throws -> Void) throws {
        for row in rows.dropFirst(Int(number)) { try body(batch(row.head.number), row.head) }
    }
}
