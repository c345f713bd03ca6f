import Crypto
import Foundation
import GRDB
import RelayJournal

/// What makes the events of a journal one chain: each row carries a hash over the hash before it and over itself.
///
/// A row's hash is SHA-256 over the former row's hash (32 bytes; zeros before the first), then `seq`, `at`, `wall` and
/// `version` (8 bytes each, big-endian), then `transaction_id`, `kind`, `body` and `row_digest`, each as its length (4
/// bytes, big-endian) and its bytes; what is NULL has no bytes.
struct EventChain: Sendable {
    static let start = Data(count: SHA256.byteCount)

    /// The last row's sequence and hash: the journal's head.
    private(set) var sequence: UInt64
    private(set) var hash: Data
    /// Kept, so that a row costs no allocation but the one of its hash.
    private var bytes = ByteString()

    init(sequence: UInt64 = 0, hash: Data = start) {
        self.sequence = sequence
        self.hash = hash
    }

    /// Takes a row as the next one. Whether its sequence may follow is the caller's to know.
    /// - Returns: the row's hash, which is the head now.
    @discardableResult
    mutating func append(_ row: EventRow) -> Data {
        bytes.clear()
        bytes.add(raw: hash)
        bytes.add(row.sequence)
        bytes.add(UInt64(bitPattern: row.at))
        bytes.add(UInt64(bitPattern: row.wall))
        bytes.add(row.version)
        bytes.add(row.transaction)
        bytes.add(row.kind)
        bytes.add(row.body)
        bytes.add(row.rowDigest)
        sequence = row.sequence
        hash = bytes.hash
        return hash
    }
}

extension EventChain {
    /// The head as the file keeps it.
    /// - Throws: ``JournalError/damaged(path:what:)`` if there is none.
    init(_ database: Database, path: String) throws {
        let statement = try database.cachedStatement(sql: "SELECT seq, hash FROM head")
        // Half of what SQLite counts to: no sum with an operator's gap runs over.
        guard let row = try Row.fetchOne(statement), let sequence = row.value(0, UInt64.self), sequence < 1 << 62,
            let hash = row.value(1, Data.self)
        else { throw JournalFault(.noHead).error(path: path) }
        self.init(sequence: sequence, hash: hash)
    }

    /// Writes the head. A tail that is dropped afterwards is missed.
    /// - Parameter elapsed: the relay time that passed while routers wrote the journal.
    func store(_ database: Database, elapsed: Duration) throws {
        try database.cachedStatement(sql: "UPDATE head SET seq = ?, hash = ?, elapsed = ?")
            .run(database) { values in
                values.add(Int64(sequence))
                values.add(hash)
                values.add(elapsed.milliseconds)
            }
    }
}

/// Bytes to be hashed: numbers and fields in an encoding that nothing else has.
struct ByteString: Sendable {
    private var bytes: [UInt8] = []

    mutating func clear() { bytes.removeAll(keepingCapacity: true) }
    mutating func add(raw data: Data) { bytes.append(contentsOf: data) }
    mutating func add(_ number: UInt64) { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }

    mutating func add(_ field: Data?) {
        add(length: field?.count ?? 0)
        if let field { bytes.append(contentsOf: field) }
    }

    mutating func add(_ field: String?) {
        add(length: field?.utf8.count ?? 0)
        if let field { bytes.append(contentsOf: field.utf8) }
    }

    private mutating func add(length: Int) {
        withUnsafeBytes(of: UInt32(length).bigEndian) { bytes.append(contentsOf: $0) }
    }

    var hash: Data { SHA256.hash(data: bytes).withUnsafeBytes { Data($0) } }
}
