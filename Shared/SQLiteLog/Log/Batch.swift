import Crypto
import Foundation
import RelayDomain
import RelayMessages

/// One commit of the log: what a row of `batch` holds (``Batch/bytes``).
struct Batch: Sendable {
    enum Kind: UInt8, Sendable {
        /// The first batch of a segment.
        case opened = 1
        /// A router has claimed the journal: its term is higher than all before.
        case claimed = 2
        /// What a router decided.
        case entries = 3
        /// The last batch of a segment.
        case closed = 4
        /// The journal was restored from a backup: sequences and terms leave a gap here.
        case restored = 5
    }

    let kind: Kind
    /// What is so after this batch. A start reads the last batch alone, and knows all of it.
    let standing: Standing
    /// A word for people; empty in most kinds.
    var note = ""
    var entries: [EntryRecord] = []
}

/// What is so after a batch.
struct Standing: Hashable, Sendable {
    var journal: UInt8
    /// How many journals the relay has.
    var journals: UInt8
    /// The term of the last claim; 0 before the first.
    var term: UInt64 = 0
    /// The relay time that passed while routers wrote the journal (``Retention``).
    var elapsed = Duration.zero
    /// The last event's sequence; 0 before the first.
    var sequence: UInt64 = 0
    /// When the last event was; nil before the first.
    var at: ClockReading?
    /// Whether no router has decided anything since the journal was restored.
    var isRestored = false
}

/// One transaction's part of a batch.
struct EntryRecord: Sendable {
    /// What makes repeats known.
    struct Mark: Hashable, Sendable {
        let fingerprint: Fingerprint
        /// The day after whose end it may be forgotten (``Retention``).
        let day: Int64
    }

    let id: TransactionID
    /// The batch with the transaction's former entry; 0 if this is its first.
    let former: UInt64
    /// The transaction's version after these events: how many it has had.
    let version: UInt64
    /// Whether a start has to go on with it: it has no outcome, or is still asked about.
    let isOpen: Bool
    let hasOutcome: Bool
    /// The first entry alone has it: the key, and the digest of the body that came with it.
    let opening: (key: Mark, body: KeyedDigest)?
    /// The code that is used from here on; nil if none.
    let used: Mark?
    let events: [JournalEntry.Event]
    /// The whole transaction after these events: a `StoredTransaction` of `journal.proto`.
    let state: ArraySlice<UInt8>

    /// - Throws: ``ByteReader/Malformed`` if the bytes are no transaction.
    func transaction() throws(ByteReader.Malformed) -> Transaction {
        guard let transaction = try? Transaction(id: id, stored: Data(state)) else { throw ByteReader.Malformed() }
        return transaction
    }
}

/// Where the log ends.
struct LogHead: Sendable {
    /// The last batch's number; 0 before the first.
    var number: UInt64 = 0
    /// Its hash.
    var hash = LogHead.start

    /// What the first batch follows.
    static let start = [UInt8](repeating: 0, count: SHA256.byteCount)

    /// The hash of the next batch: SHA-256 over this batch's hash, the next one's number (8 bytes, big-endian) and its
    /// bytes. So all batches are one chain.
    func hash(next body: [UInt8]) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(data: hash)
        withUnsafeBytes(of: (number + 1).bigEndian) { hasher.update(bufferPointer: $0) }
        hasher.update(data: body)
        return hasher.finalize().withUnsafeBytes { Array($0) }
    }

    func next(hash: [UInt8]) -> LogHead { LogHead(number: number + 1, hash: hash) }
}
