import RelayDomain
import Testing

/// An identifier holds its characters in itself.
struct IdentifierTests {
    /// A text of so many different characters.
    private func text(_ count: Int) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
        return String((0..<count).map { alphabet[$0 % alphabet.count] })
    }

    @Test func textsOfEachLengthAreReadBack() throws {
        for count in 1...TerminalID.longest {
            let id = try #require(TerminalID(text(count)))
            #expect(id.text == text(count))
            let same = try #require(TerminalID(text(count)))
            #expect(id == same && id.hashValue == same.hashValue)
        }
        #expect(TerminalID("") == nil && TerminalID(text(TerminalID.longest + 1)) == nil)
    }

    @Test func oneOtherCharacterIsAnotherIdentifier() throws {
        let whole = text(TerminalID.longest)
        let id = try #require(TerminalID(whole))
        for place in whole.indices {
            var other = whole
            other.replaceSubrange(place...place, with: whole[place] == "-" ? "_" : "-")
            #expect(try #require(TerminalID(other)) != id)
        }
        #expect(TerminalID(String(whole.dropLast())) != id)
    }

    @Test func theyStandInTheOrderOfTheirTexts() throws {
        let texts = [
            "counter-1", "counter-10", "counter-2", "Counter-2", "c", "counter_1", "12345678", "123456789", "-",
        ]
        let sorted = try texts.map { try #require(TerminalID($0)) }.sorted().map(\.text)
        #expect(sorted == texts.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
    }

    @Test func otherCharactersAreNotAllowed() {
        for text in ["a b", "a/b", "é", "a\0", "\0", "a:b", "a\n"] { #expect(TerminalID(text) == nil) }
    }

    @Test func digestsAreReadBack() throws {
        let bytes = (0..<32).map { UInt8(200 + $0) }
        let digest = try #require(KeyedDigest(bytes))
        #expect(digest.bytes == bytes && digest == KeyedDigest(bytes[...]))
        for place in bytes.indices {
            var others = bytes
            others[place] ^= 1
            #expect(try #require(KeyedDigest(others)) != digest)
        }
        #expect(KeyedDigest(bytes + [0]) == nil && KeyedDigest(bytes.dropLast()) == nil)
    }
}
