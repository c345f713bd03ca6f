import RelayDomain

// The layout of a batch's bytes. Numbers, texts and fields are as ``ByteWriter`` writes them.
//
//     layout (1), kind, journal, journals, term, elapsed ms, sequence,
//     0 | 1 relay time ms, wall time ms, restored 0 | 1, note, count of entries, then for each:
//       17 bytes of ID, former batch, version, flags,
//       [opening: 16 bytes of key, day, 32 bytes of body digest], [used: 16 bytes of code, day],
//       count of events, for each: sequence, relay time ms, wall time ms, kind, detail
//       state

extension Batch {
    private static let layout: UInt8 = 1

    private enum Flag {
        static let isOpen: UInt8 = 1
        static let hasOutcome: UInt8 = 2
        static let hasOpening: UInt8 = 4
        static let hasUsed: UInt8 = 8
        static let all = isOpen | hasOutcome | hasOpening | hasUsed
    }

    var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 128 + entries.count * 768)
        writer.add(byte: Self.layout)
        writer.add(byte: kind.rawValue)
        standing.write(&writer)
        writer.add(field: note.utf8)
        writer.add(UInt64(entries.count))
        for entry in entries { Self.write(entry, &writer) }
        return writer.bytes
    }

    private static func write(_ entry: EntryRecord, _ writer: inout ByteWriter) {
        writer.add(entry.id)
        writer.add(entry.former)
        writer.add(entry.version)
        var flags: UInt8 = 0
        if entry.isOpen { flags |= Flag.isOpen }
        if entry.hasOutcome { flags |= Flag.hasOutcome }
        if entry.opening != nil { flags |= Flag.hasOpening }
        if entry.used != nil { flags |= Flag.hasUsed }
        writer.add(byte: flags)
        if let opening = entry.opening {
            writer.add(opening.key)
            writer.add(raw: opening.body.bytes)
        }
        if let used = entry.used { writer.add(used) }
        writer.add(UInt64(entry.events.count))
        for event in entry.events {
            writer.add(event.sequence)
            writer.add(signed: event.at.milliseconds)
            writer.add(signed: event.wall.milliseconds)
            writer.add(field: event.kind.rawValue.utf8)
            writer.add(field: event.detail.utf8)
        }
        writer.add(field: entry.state)
    }

    /// - Throws: ``ByteReader/Malformed`` unless ``bytes`` wrote them.
    init(_ bytes: [UInt8]) throws(ByteReader.Malformed) {
        var reader = ByteReader(bytes)
        guard try reader.byte() == Self.layout, let kind = Kind(rawValue: try reader.byte()) else {
            throw ByteReader.Malformed()
        }
        self.kind = kind
        standing = try Standing(&reader)
        note = try reader.text()
        let count = try reader.number()
        for _ in 0..<count { entries.append(try Self.entry(&reader)) }
        guard reader.isAtEnd else { throw ByteReader.Malformed() }
    }

    private static func entry(_ reader: inout ByteReader) throws(ByteReader.Malformed) -> EntryRecord {
        let id = try reader.transactionID()
        let (former, version, flags) = (try reader.number(), try reader.number(), try reader.byte())
        guard flags & ~Flag.all == 0 else { throw ByteReader.Malformed() }
        var opening: (EntryRecord.Mark, KeyedDigest)?
        if flags & Flag.hasOpening != 0 {
            let key = try reader.mark()
            guard let body = KeyedDigest(try reader.raw(32)) else { throw ByteReader.Malformed() }
            opening = (key, body)
        }
        let used = flags & Flag.hasUsed != 0 ? try reader.mark() : nil
        let count = try reader.number()
        var events: [JournalEntry.Event] = []
        for _ in 0..<count { events.append(try event(&reader)) }
        return EntryRecord(
            id: id, former: former, version: version, isOpen: flags & Flag.isOpen != 0,
            hasOutcome: flags & Flag.hasOutcome != 0, opening: opening, used: used, events: events,
            state: try reader.field())
    }

    private static func event(_ reader: inout ByteReader) throws(ByteReader.Malformed) -> JournalEntry.Event {
        let (sequence, at, wall) = (try reader.number(), try reader.signed(), try reader.signed())
        guard let kind = JournalEntry.Event.Kind(rawValue: try reader.text()) else { throw ByteReader.Malformed() }
        return JournalEntry.Event(
            sequence: sequence, at: Instant(milliseconds: at), wall: Instant(milliseconds: wall), kind: kind,
            detail: try reader.text())
    }
}

extension Standing {
    /// Half of what SQLite counts to: no sum with an operator's gap runs over.
    private static let numberMax: UInt64 = 1 << 62

    fileprivate func write(_ writer: inout ByteWriter) {
        writer.add(byte: journal)
        writer.add(byte: journals)
        writer.add(term)
        writer.add(UInt64(elapsed.milliseconds))
        writer.add(sequence)
        writer.add(byte: at == nil ? 0 : 1)
        if let at {
            writer.add(signed: at.relay.milliseconds)
            writer.add(signed: at.wall.milliseconds)
        }
        writer.add(byte: isRestored ? 1 : 0)
    }

    fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Malformed) {
        (journal, journals) = (try reader.byte(), try reader.byte())
        term = try reader.number()
        let milliseconds = try reader.number()
        sequence = try reader.number()
        guard term < Self.numberMax, sequence < Self.numberMax, milliseconds < Self.numberMax else {
            throw ByteReader.Malformed()
        }
        elapsed = .milliseconds(Int64(milliseconds))
        switch try reader.byte() {
        case 0: at = nil
        case 1:
            at = ClockReading(
                relay: Instant(milliseconds: try reader.signed()), wall: Instant(milliseconds: try reader.signed()))
        default: throw ByteReader.Malformed()
        }
        isRestored = try reader.byte() == 1
    }
}

extension ByteWriter {
    fileprivate mutating func add(_ id: TransactionID) {
        add(fixed: id.high)
        add(fixed: id.low)
        add(byte: id.journal)
    }

    fileprivate mutating func add(_ mark: EntryRecord.Mark) {
        add(fixed: mark.fingerprint.high)
        add(fixed: mark.fingerprint.low)
        add(signed: mark.day)
    }
}

extension ByteReader {
    fileprivate mutating func transactionID() throws(Malformed) -> TransactionID {
        let (high, low, journal) = (try fixed(), try fixed(), try byte())
        guard let id = TransactionID(high: high, low: low, journal: journal) else { throw Malformed() }
        return id
    }

    fileprivate mutating func mark() throws(Malformed) -> EntryRecord.Mark {
        EntryRecord.Mark(fingerprint: Fingerprint(high: try fixed(), low: try fixed()), day: try signed())
    }
}
