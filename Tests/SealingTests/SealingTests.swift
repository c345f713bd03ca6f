import Foundation
import RelayDomain
import Sealing
import Testing

@Suite struct SealingTests {
    let key = SealingKey(bytes: Array(repeating: 7, count: 32))!
    let digests = DigestKey(bytes: Array(repeating: 9, count: 32))!
    let secret = Secret("4929-0001-canary")!

    func context(terminal: String = "t-1", expires: Int64? = 5) -> SealingContext {
        SealingContext(
            application: ApplicationID("app")!, terminal: TerminalID(terminal)!, operation: .payment,
            key: SubmissionKeyText("k")!, expiresAt: expires.map(Instant.init(milliseconds:)))
    }

    @Test func whatWasSealedOpensForTheSameContextAlone() throws {
        let sealed = try key.seal(secret, for: context())
        #expect(try key.open(sealed, for: context()).exposed == secret.exposed)
        #expect(throws: SealingError.unusable) { try key.open(sealed, for: context(terminal: "t-2")) }
        #expect(throws: SealingError.unusable) { try key.open(sealed, for: context(expires: nil)) }
        let other = try #require(SealingKey(bytes: Array(repeating: 8, count: 32)))
        #expect(throws: SealingError.unusable) { try other.open(sealed, for: context()) }
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
