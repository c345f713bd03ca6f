import RelayDomain

// The layout of a batch's bytes. Numbers, texts and fields are as ``ByteWriter`` writes them.
//
//     layout (2), kind, journal, journals, term, elapsed ms, sequence,
//     0 | 1 relay time ms, wall time minus relay time ms, restored 0 | 1, note, count of entries, then for each:
//       16 bytes of ID, former batch, [former minus first batch, unless former is 0], version, flags,
//       [opening: 16 bytes of key, day, 32 bytes of body digest], [used: day],
//       count of events, for each: the batch's sequence minus its own, the batch's relay time minus its own ms,
//         its wall time minus relay time ms, kind, detail
//       state (``TransactionBytes``)
//
// The journal's number in an ID is the batch's. The code that is used is the one whose digest the state begins with.
// A layout of another number is refused. Flags and kinds are only ever added, and no number is given twice.

extension Batch {
    static let layout: UInt8 = 2

    private enum Flag {
        static let isOpen: UInt8 = 1
        static let hasOutcome: UInt8 = 2
        static let hasOpening: UInt8 = 4
        static let hasUsed: UInt8 = 8
        static let all = isOpen | hasOutcome | hasOpening | hasUsed
    }

    package var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 128 + entries.count * 384)
        writer.add(byte: Self.layout)
        writer.add(byte: kind.rawValue)
        standing.write(&writer)
        writer.add(field: note.utf8)
        writer.add(UInt64(entries.count))
        for entry in entries { write(entry, &writer) }
        return writer.bytes
    }

    private func write(_ entry: EntryRecord, _ writer: inout ByteWriter) {
        writer.add(fixed: entry.id.high)
        writer.add(fixed: entry.id.low)
        writer.add(entry.former)
        if entry.former != 0 { writer.add(entry.former &- entry.first) }
        writer.add(entry.version)
        var flags: UInt8 = 0
        if entry.isOpen { flags |= Flag.isOpen }
        if entry.hasOutcome { flags |= Flag.hasOutcome }
        if entry.opening != nil { flags |= Flag.hasOpening }
        if entry.used != nil { flags |= Flag.hasUsed }
        writer.add(byte: flags)
        if let opening = entry.opening {
            writer.add(fixed: opening.key.fingerprint.high)
            writer.add(fixed: opening.key.fingerprint.low)
            writer.add(signed: opening.key.day)
            writer.add(raw: opening.body.bytes)
        }
        if let used = entry.used { writer.add(signed: used.day) }
        writer.add(UInt64(entry.events.count))
        let last = standing.lastEvent
        for event in entry.events {
            writer.add(signed: Int64(bitPattern: last.sequence &- event.sequence))
            writer.add(last.at, minus: event.at)
            writer.add(event.wall, minus: event.at)
            writer.add(event.kind)
            writer.add(field: event.detail.utf8)
        }
        writer.add(field: entry.state)
    }

    /// - Throws: ``ByteReader/Unreadable`` unless ``bytes`` wrote them.
    package init(_ bytes: [UInt8]) throws(ByteReader.Unreadable) {
        var reader = ByteReader(bytes)
        let layout = try reader.byte()
        guard layout <= Self.layout else { throw .newer("layout \(layout)") }
        guard layout == Self.layout else { throw .malformed }
        let number = try reader.byte()
        guard let kind = Kind(rawValue: number) else { throw .newer("kind \(number) of a batch") }
        self.kind = kind
        standing = try Standing(&reader)
        note = try reader.text()
        let count = try reader.number()
        for _ in 0..<count { entries.append(try Self.entry(&reader, standing)) }
        guard reader.isAtEnd else { throw .malformed }
    }

    private static func entry(
        _ reader: inout ByteReader, _ standing: Standing
    ) throws(ByteReader.Unreadable) -> EntryRecord {
        let (high, low) = (try reader.fixed(), try reader.fixed())
        guard let id = TransactionID(high: high, low: low, journal: standing.journal) else { throw .malformed }
        let former = try reader.number()
        let first = former == 0 ? 0 : former &- (try reader.number())
        let (version, flags) = (try reader.number(), try reader.byte())
        guard flags & ~Flag.all == 0 else { throw .newer("flags \(flags) of an entry") }
        guard version <= Transaction.versionMax, first <= former, (first == 0) == (former == 0) else {
            throw .malformed
        }
        var opening: (EntryRecord.Mark, KeyedDigest)?
        if flags & Flag.hasOpening != 0 {
            let fingerprint = Fingerprint(high: try reader.fixed(), low: try reader.fixed())
            let key = EntryRecord.Mark(fingerprint: fingerprint, day: try reader.signed())
            opening = (key, try reader.digest())
        }
        let usedDay = flags & Flag.hasUsed != 0 ? try reader.signed() : nil
        let count = try reader.number()
        var events: [JournalEntry.Event] = []
        for _ in 0..<count { events.append(try event(&reader, standing.lastEvent)) }
        let state = try reader.field()
        var used: EntryRecord.Mark?
        if let usedDay {
            used = EntryRecord.Mark(fingerprint: Fingerprint(try TransactionBytes.digest(state)), day: usedDay)
        }
        return EntryRecord(
            id: id, former: former, first: first, version: version, isOpen: flags & Flag.isOpen != 0,
            hasOutcome: flags & Flag.hasOutcome != 0, opening: opening, used: used, events: events, state: state)
    }

    private static func event(
        _ reader: inout ByteReader, _ last: (sequence: UInt64, at: Instant)
    ) throws(ByteReader.Unreadable) -> JournalEntry.Event {
        let sequence = last.sequence &- UInt64(bitPattern: try reader.signed())
        let at = try reader.instant(last.at, minus: true)
        return JournalEntry.Event(
            sequence: sequence, at: at, wall: try reader.instant(at), kind: try reader.word(),
            detail: try reader.text())
    }
}

extension Standing {
    /// Half of what SQLite counts to: no sum with an operator's gap runs over.
    private static let numberMax: UInt64 = 1 << 62

    /// What the batch's events count from.
    fileprivate var lastEvent: (sequence: UInt64, at: Instant) {
        (sequence, at?.relay ?? Instant(milliseconds: 0))
    }

    fileprivate func write(_ writer: inout ByteWriter) {
        writer.add(byte: journal)
        writer.add(byte: journals)
        writer.add(term)
        writer.add(UInt64(elapsed.milliseconds))
        writer.add(sequence)
        writer.add(byte: at == nil ? 0 : 1)
        if let at {
            writer.add(UInt64(at.relay.milliseconds))
            writer.add(at.wall, minus: at.relay)
        }
        writer.add(byte: isRestored ? 1 : 0)
    }

    fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Unreadable) {
        (journal, journals) = (try reader.byte(), try reader.byte())
        term = try reader.number()
        let milliseconds = try reader.number()
        sequence = try reader.number()
        guard term < Self.numberMax, sequence < Self.numberMax, milliseconds < Self.numberMax else { throw .malformed }
        elapsed = .milliseconds(Int64(milliseconds))
        switch try reader.byte() {
        case 0: at = nil
        case 1:
            guard let relay = Int64(exactly: try reader.number()) else { throw .malformed }
            let at = Instant(milliseconds: relay)
            self.at = ClockReading(relay: at, wall: try reader.instant(at))
        default: throw .malformed
        }
        switch try reader.byte() {
        case 0: isRestored = false
        case 1: isRestored = true
        default: throw .malformed
        }
    }
}
