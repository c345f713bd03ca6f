import Foundation
import Testing

@testable import DeviceProtocol

@Suite(.timeLimit(.minutes(2))) struct Base64URLTests {
    @Test(arguments: 0..<100 as Range<UInt64>)
    func bytesComeBackFromBase64URL(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = (0..<Int.random(in: 0...70, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        let text = Base64URL.text(bytes)
        #expect(Base64URL.bytes(text) == bytes)
        let standard = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
        #expect(text == standard)
    }

    @Test(arguments: ["A", "AB=", "A+==", "AA\n", "AB", "AAB"]) func otherBase64IsRefused(text: String) {
        #expect(Base64URL.bytes(text) == nil)
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
