import Foundation
import RelayDomain
import Testing

@testable import Sealing

/// What is sealed opens for its own transaction alone, and for whoever else follows the documents.
@Suite(.timeLimit(.minutes(1))) struct SealingTests {
    let key = SealingKey(bytes: Array(repeating: 7, count: 32))!
    let digests = DigestKey(bytes: Array(repeating: 9, count: 32))!
    let secret = Secret("4929-0001-canary")!

    func context(
        application: String = "app", terminal: String = "t-1", operation: RelayDomain.Operation = .payment,
        key: String = "k",
        expires: Int64? = 5
    ) -> SealingContext {
        SealingContext(
            application: ApplicationID(application)!, terminal: TerminalID(terminal)!, operation: operation,
            key: SubmissionKeyText(key)!, expiresAt: expires.map(Instant.init(milliseconds:)))
    }

    @Test func whatWasSealedOpensForTheSameContextAlone() throws {
        let sealed = try key.seal(secret, for: context())
        #expect(try key.open(sealed, for: context()).exposed == secret.exposed)
        let others = [
            context(application: "other"), context(terminal: "t-2"), context(operation: .redeem),
            context(key: "k2"), context(expires: nil), context(expires: 6), context(expires: 0),
            // The same letters, cut elsewhere.
            context(application: "ap", terminal: "pt-1"), context(key: "k5", expires: nil),
        ]
        for other in others { #expect(throws: SealingError.unusable, "\(other)") { try key.open(sealed, for: other) } }
        let other = try #require(SealingKey(bytes: Array(repeating: 8, count: 32)))
        #expect(throws: SealingError.unusable) { try other.open(sealed, for: context()) }
    }

    /// The vectors of docs/destinations.md, "Opening sealed bytes", made by another program: whoever opens sealed bytes
    /// can hold his own against them, and a journal's digests stay what they are.
    @Test func theSealedBytesOfTheDocumentsOpen() throws {
        let bytes = try #require(
            Self.bytes("000102030405060708090a0b2cb8db493039e979469f86fd8c391e837e1783883dd9622c0dfe07f4a31c3f9d"))
        let sealed = try #require(SealedInformation(bytes))
        #expect(try key.open(sealed, for: context(expires: 1_800_000_000_000)).exposed == "4929-0001-canary")
    }

    @Test func aDigestStaysWhatItIs() {
        let information = "7ec3574d6630d876254b15bfca7ff25eb0f2d13a34a578062f1310c888ff3d58"
        #expect(digests.digest(of: secret, application: ApplicationID("app")!).bytes == Self.bytes(information))
        let body = "ae013e9f953a28c2eed9b468f1996855bd8603024ae36edf4af10fa96b9287bf"
        #expect(digests.digest(of: CanonicalBody(parts: ["ab", "c"])).bytes == Self.bytes(body))
    }

    private static func bytes(_ digits: String) -> [UInt8]? {
        let digits = Array(digits)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        return bytes.count * 2 == digits.count ? bytes : nil
    }

    @Test func everyChangedByteIsNoticed() throws {
        let sealed = try key.seal(secret, for: context())
        for index in sealed.bytes.indices {
            var bytes = sealed.bytes
            bytes[index] ^= 1
            let changed = try #require(SealedInformation(bytes))
            #expect(throws: SealingError.unusable) { try key.open(changed, for: context()) }
        }
    }

    @Test func sealedBytesDoNotRepeatAndDoNotShowTheCode() throws {
        let first = try key.seal(secret, for: context())
        #expect(try key.seal(secret, for: context()) != first)
        #expect(!String(decoding: first.bytes, as: UTF8.self).contains("canary"))
    }

    @Test func digestsTellContentsApartHoweverTheyAreCut() {
        func scan(_ text: String, _ program: String?) -> KeyedDigest {
            let amount = program.flatMap { Amount(minorUnits: 1, unit: .points(ProgramID($0)!)) }
            return digests.digest(of: .scan(.qr, text: Secret(text)!, amount: amount))
        }
        #expect(scan("ab", "c") == scan("ab", "c"))
        #expect(scan("ab1", "c") != scan("ab", "1c"))
        #expect(scan("ab", nil) != scan("ab", "c"))
        #expect(
            digests.digest(of: secret, application: ApplicationID("a")!)
                != digests.digest(of: secret, application: ApplicationID("b")!))
    }

    /// What was left out of the body would let another request pass for a repeat.
    @Test func eachPartOfASubmissionCounts() {
        func digest(
            terminal: String = "t-1", application: String = "app", operation: RelayDomain.Operation = .payment,
            code: String = "4929", amount: Amount? = Amount(minorUnits: 100, unit: .currency(CurrencyCode("EUR")!)),
            end: Int64? = 5
        ) -> KeyedDigest {
            digests.digest(
                of: .submission(
                    terminal: TerminalID(terminal)!, application: ApplicationID(application)!, operation: operation,
                    information: Secret(code)!, amount: amount, codeExpiresAt: end.map(Instant.init(milliseconds:))))
        }
        let all: [KeyedDigest] = [
            digest(), digest(terminal: "t-2"), digest(application: "other"), digest(operation: .redeem),
            digest(code: "4930"), digest(amount: nil),
            digest(amount: Amount(minorUnits: 101, unit: .currency(CurrencyCode("EUR")!))),
            digest(amount: Amount(minorUnits: 100, unit: .currency(CurrencyCode("USD")!))),
            digest(amount: Amount(minorUnits: 100, unit: .points(ProgramID("EUR")!))), digest(end: 6), digest(end: nil),
        ]
        #expect(Set(all).count == all.count)
        #expect(digest() == digest())
    }

    @Test func aSecretNeverPrintsItself() {
        #expect("\(secret)" == "•••")
        #expect(String(reflecting: secret) == "•••")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("canary"))
        #expect(Secret("") == nil)
        #expect(Secret(String(repeating: "x", count: 4_097)) == nil)
    }

    @Test func aKeyFileIsMadeOnceAndReadableByItsOwnerAlone() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sealing-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "seal")
        #expect(try KeyFile.makeIfAbsent(file))
        let first = try SealingKey(file: file).seal(secret, for: context())
        #expect(try KeyFile.makeIfAbsent(file) == false)
        #expect(try SealingKey(file: file).open(first, for: context()).exposed == secret.exposed)
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(throws: KeyFileError.unreadable(path: folder.path + "/none")) {
            try SealingKey(file: folder.appending(path: "none"))
        }
        let digits = String(repeating: "0f", count: 32)
        for ending in ["", "\n", "\r\n", "\r\n\r\n", " \n"] {
            try Data((digits + ending).utf8).write(to: file)
            chmod(file.path, 0o644)
            #expect(throws: Never.self, "whoever copied it") { try SealingKey(file: file) }
            let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(mode == 0o600, "it is closed to others")
        }
        for nothing in ["", "\r\n"] {
            try Data(nothing.utf8).write(to: file)
            #expect(throws: KeyFileError.empty(path: file.path)) { try SealingKey(file: file) }
        }
        try Data("zz\n".utf8).write(to: file)
        #expect(throws: KeyFileError.malformed(path: file.path)) { try SealingKey(file: file) }
    }
}
