import RelayDomain
import RelayTesting
import Testing

@testable import SQLiteLog

/// The layout of a batch's bytes is a promise; whatever else stands there is refused.
@Suite(.timeLimit(.minutes(1))) struct BatchTests {
    static func batch(seed: UInt64 = 1) throws -> Batch {
        var random = SeededGenerator(seed: seed)
        let now = Instant(milliseconds: 1_800_000_000_000)
        let digest = try #require(KeyedDigest((0..<32).map { UInt8($0) }))
        let entries = (0..<3).map { number in
            let code = KeyedDigest((0..<32).map { UInt8($0 + number) })!
            let key = EntryRecord.Mark(
                fingerprint: Fingerprint(high: random.next(), low: random.next()), day: Int64(number))
            return EntryRecord(
                id: TransactionID(journal: 3, now: now, random: &random), former: number == 0 ? 0 : 1 << 40,
                first: number == 0 ? 0 : random.next() >> 30, version: 1, isOpen: number == 1, hasOutcome: number == 2,
                opening: number == 0 ? (key, digest) : nil,
                used: number == 2 ? EntryRecord.Mark(fingerprint: Fingerprint(code), day: 7) : nil,
                events: [
                    .init(
                        sequence: random.next() >> 20, at: now + .milliseconds(number), wall: Instant(milliseconds: 5),
                        kind: .answered, detail: "no 🙂")
                ], state: (code.bytes + [UInt8](repeating: 7, count: number * 100))[...])
        }
        var standing = Standing(journal: 3, journals: 4)
        standing.term = 9
        standing.elapsed = .milliseconds(86_400_000)
        standing.sequence = 1 << 40
        standing.at = ClockReading(relay: now, wall: Instant(milliseconds: 1))
        return Batch(kind: .entries, standing: standing, note: "a word", entries: entries)
    }

    @Test func whatWasWrittenIsRead() throws {
        let batch = try Self.batch()
        let read = try Batch(batch.bytes)
        #expect(read.kind == .entries && read.standing == batch.standing && read.note == "a word")
        #expect(read.bytes == batch.bytes)
        for (left, right) in zip(read.entries, batch.entries) {
            #expect(
                left.id == right.id && left.former == right.former && left.first == right.first
                    && left.events == right.events)
            #expect(left.opening?.key == right.opening?.key && left.opening?.body == right.opening?.body)
            #expect(left.used == right.used && Array(left.state) == Array(right.state))
            #expect(left.isOpen == right.isOpen && left.hasOutcome == right.hasOutcome)
        }
    }

    @Test func whatIsCutOffIsRefused() throws {
        let bytes = try Self.batch().bytes
        for count in 0..<bytes.count {
            #expect(throws: ByteReader.Unreadable.self, "\(count)") { try Batch(Array(bytes.prefix(count))) }
        }
        #expect(throws: ByteReader.Unreadable.self) { try Batch(bytes + [0]) }
    }

    /// A changed byte is another batch or none, and never a crash.
    @Test(arguments: 0..<200 as Range<UInt64>) func whateverStandsThereIsReadOrRefused(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = try Self.batch(seed: seed).bytes
        for _ in 0..<5 {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        if let batch = try? Batch(bytes) { #expect(batch.entries.count < bytes.count) }
    }

    @Test(arguments: [0, 1, 127, 128, 16_383, 1 << 62, .max] as [UInt64]) func numbersOfAnyLength(number: UInt64) throws
    {
        var writer = ByteWriter()
        writer.add(number)
        writer.add(signed: Int64(bitPattern: number))
        writer.add(fixed: number)
        var reader = ByteReader(writer.bytes)
        let (plain, signed, fixed) = (try reader.number(), try reader.signed(), try reader.fixed())
        #expect(plain == number && signed == Int64(bitPattern: number) && fixed == number && reader.isAtEnd)
    }

    @Test func aNumberThatIsTooLongIsRefused() {
        var reader = ByteReader([UInt8](repeating: 0xFF, count: 9) + [2])
        #expect(throws: ByteReader.Unreadable.self) { try reader.number() }
    }

    /// A log of today verifies with every later build.
    @Test func theHashOfABatchIsWhatItsDescriptionSays() {
        let head = LogHead()
        #expect(
            head.hash(next: Array("abc".utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                == "328976acf07e9b1c4a8967f2d63902c9a724235b6363ac83087246ad84cd222a")
    }
}
