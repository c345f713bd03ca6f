import Foundation
import Testing

@testable import JSONText

@Suite(.timeLimit(.minutes(2))) struct JSONTests {
    @Test(arguments: [
        #"{"a":1,"b":[true,false,null],"c":{"d":"é€😀"}}"#, " [ 1 , -2 , 0 ] ", #""\u00e9\ud83d\ude00\n\"\\\/""#,
        "9223372036854775807", "[]", "{}", #"{"":""}"#, "[1.5,1e3,-0.0E-2,92233720368547758070]",
    ])
    func whatFoundationReadsIsReadAlike(text: String) throws {
        let theirs = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        #expect(same(try JSONReader.read(Array(text.utf8)), theirs))
    }

    @Test(arguments: [
        "", " ", "[1,]", "[,1]", "{\"a\":1,}", "{a:1}", "[1 2]", "01", "-", "+1", "1.", ".5", "1e", "tru", "nul",
        "[1]x", "\"",
        "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\ud800\\ue000\"",
        "\"\\udc00\"", "\"\u{01}\"", "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}", "{\"x\":{\"a\":1,\"b\":1,\"a\":1}}", "[{\"a\":1,\"a\":null}]",
        "{\"a\"}", "{\"a\":}", "[", "{", "NaN", "'a'",
    ])
    func whatIsNoJSONIsRefused(text: String) {
        #expect(throws: JSONReader.Failure.self) { try JSONReader.read(Array(text.utf8)) }
    }

    @Test func brokenUTF8IsRefused() {
        for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0x5C, 0x6E, 0xE2, 0x82, 0x22]] {
            #expect(throws: JSONReader.Failure.self) { try JSONReader.read(bytes) }
        }
    }

    @Test func boundsAreKept() {
        let limits = JSONLimits(depthMax: 8, fieldsMax: 4, elementsMax: 3)
        func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8), within: limits) }
        #expect(throws: Never.self) { try read(#"[0,[[]],{"a":0,"b":0,"c":0,"d":0}]"#) }
        #expect(throws: JSONReader.Failure.tooManyElements(at: 7)) { try read("[0,0,0,0]") }
        #expect(throws: JSONReader.Failure.self) { try read(#"{"a":0,"b":0,"c":0,"d":0,"e":0}"#) }
        #expect(throws: JSONReader.Failure.tooDeep(at: 8)) { try read(String(repeating: "[", count: 5_000)) }
        #expect(throws: JSONReader.Failure.tooDeep(at: 32)) {
            try JSONReader.read(Array(String(repeating: "[", count: 5_000).utf8))
        }
    }

    /// What was written is read as it was, and Foundation reads the same.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func whatIsWrittenIsReadBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let value = JSONValue.random(depth: 0, &random)
        let bytes = JSONWriter.write(value)
        #expect(try JSONReader.read(bytes) == value)
        #expect(same(value, try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)))
    }

    /// Who takes the first and who takes the last of two would read two answers out of one.
    @Test(arguments: [
        #"{"answer":"approved","answer":"declined"}"#, #"{"answer":"approved","\u0061nswer":"declined"}"#,
        #"{"answer":"approved","answer":null}"#, #"{"answer":"approved","x":[{"b":1,"b":1}]}"#,
    ])
    func aNameThatStandsTwiceIsDecodedByNobody(text: String) {
        struct Answer: Decodable { let answer: String }
        #expect(throws: JSONReader.Failure.self) { try StrictJSON.decode(Answer.self, from: text.utf8) }
    }

    @Test func whatIsDecodedIsUTF8AndOneValue() throws {
        struct Answer: Decodable, Equatable { let answer: String }
        let text = #" {"answer":"approved","x":1.5e3} "#
        #expect(try StrictJSON.decode(Answer.self, from: text.utf8) == Answer(answer: "approved"))
        let utf16 = try #require(text.data(using: .utf16LittleEndian))
        #expect(throws: JSONReader.Failure.self) { try StrictJSON.decode(Answer.self, from: utf16) }
        #expect(throws: JSONReader.Failure.self) { try StrictJSON.decode(Answer.self, from: (text + text).utf8) }
        #expect(throws: DecodingError.self) { try StrictJSON.decode(Answer.self, from: "{}".utf8) }
    }

    private func same(_ mine: JSONValue, _ theirs: Any) -> Bool {
        switch mine {
        case .null: theirs is NSNull
        case .bool(let value): theirs as? Bool == value
        case .integer(let value): (theirs as? NSNumber)?.int64Value == value
        case .otherNumber: theirs is NSNumber
        case .string(let value): theirs as? String == value
        case .array(let elements):
            (theirs as? [Any])?.count == elements.count && zip(elements, theirs as? [Any] ?? []).allSatisfy(same)
        case .object(let object):
            (theirs as? [String: Any])?.count == object.fields.count
                && object.fields.allSatisfy { field in
                    (theirs as? [String: Any])?[field.name].map { same(field.value, $0) } ?? false
                }
        }
    }
}

extension JSONValue {
    /// Any value that a frame could hold.
    static func random(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0...(depth < 4 ? 6 : 4), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2, 3: .integer(Int64.random(in: .min ... .max, using: &random))
        case 4: .string(.random(&random))
        case 5: .array((0..<Int.random(in: 0...4, using: &random)).map { _ in self.random(depth: depth + 1, &random) })
        default: .object(.random(depth: depth + 1, &random))
        }
    }
}

extension JSONObject {
    static func random(depth: Int, _ random: inout SeededGenerator) -> JSONObject {
        var object = JSONObject()
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            _ = object.append(.random(&random), .random(depth: depth, &random))
        }
        return object
    }
}

extension String {
    static func random(_ random: inout SeededGenerator) -> String {
        let letters = Array("aZ09 .\"\\/\n\t\u{0}\u{1F}\u{7F}é€😀")
        return String(
            (0..<Int.random(in: 0...8, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
