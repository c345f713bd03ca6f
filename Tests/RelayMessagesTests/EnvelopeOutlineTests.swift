import RelayDomain
import RelayTesting
import SwiftProtobuf
import Testing

@testable import RelayMessages

/// What a message is made of is known before anything is decoded.
@Suite(.timeLimit(.minutes(2))) struct EnvelopeOutlineTests {
    private func outline(_ bytes: [UInt8], fieldsMax: Int = 128) throws -> EnvelopeOutline {
        try bytes.withUnsafeBytes { bytes throws(EnvelopeOutline.Fault) in
            try EnvelopeOutline(bytes, fieldsMax: fieldsMax)
        }
    }

    private func bytes(_ fill: (inout Baton_V1_Envelope) -> Void) throws -> [UInt8] {
        try Baton_V1_Envelope.with(fill).serializedBytes()
    }

    @Test func everyMessageOfTheRelayHasOne() throws {
        let bodies =
            Samples.requests.map(\.wire) + Samples.replies.map(\.wire) + Samples.gatewayMessages.map(\.wire)
            + Samples.gatewayOrders.map(\.wire) + Samples.adapterMessages.map(\.wire)
            + Samples.adapterOrders.map(\.wire)
        for body in bodies {
            let found = try outline(
                bytes {
                    $0.version = 1
                    $0.correlation = 9_000_000_000
                    $0.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
                    $0.deadline = .max
                    $0.body = body
                })
            #expect(found.version == 1 && found.correlation == 9_000_000_000 && found.body >= 20, "\(body.name)")
            let isAdministration = if case .administer = body { true } else { false }
            #expect(found.isAdministration == isAdministration)
        }
    }

    @Test func theFieldsOfABodyAreCounted() throws {
        let answer = try bytes { $0.status.reconciliation = .init(repeating: "", count: 64) }
        #expect(try outline(answer).fields == 64)
        let flood = try bytes { $0.status.reconciliation = .init(repeating: "", count: 129) }
        #expect(throws: EnvelopeOutline.Fault.tooManyFields) { try outline(flood) }
    }

    @Test func theListsInsideAreCountedToo() throws {
        let names = try bytes { $0.deviceCall.resume.commands = .init(repeating: .init(), count: 128) }
        #expect(throws: EnvelopeOutline.Fault.tooManyFields) { try outline(names) }
        let shop = try bytes { $0.administer.apply.terminals = .init(repeating: .init(), count: 300) }
        #expect(throws: EnvelopeOutline.Fault.tooManyFields) { try outline(shop, fieldsMax: 300) }
        #expect(try outline(shop, fieldsMax: 301).fields == 301)
    }

    /// One envelope says one thing: of several bodies each would be decoded.
    @Test func twoBodiesAreNone() throws {
        let one = try bytes { $0.goodbye = .init() }
        #expect(throws: EnvelopeOutline.Fault.malformed) { try outline(one + one) }
    }

    @Test func marksAreFew() throws {
        let mark = try bytes { $0.correlation = 1 }
        #expect(throws: EnvelopeOutline.Fault.tooManyFields) {
            try outline((0...EnvelopeOutline.marksMax).flatMap { _ in mark })
        }
    }

    @Test func groupsAndWhatIsCutOffAreMalformed() throws {
        for bytes: [UInt8] in [
            [0x0B], [0x0C], [0x00, 0x01], [0x08], [0x08, 0x80], [0x1A, 0x05, 0x41], [0x09, 0x01],
        ] {
            #expect(throws: EnvelopeOutline.Fault.malformed, "\(bytes)") { try outline(bytes) }
        }
        #expect(throws: EnvelopeOutline.Fault.malformed) {
            try outline([0x08] + [UInt8](repeating: 0xFF, count: 10))
        }
        let hugeLength = [0x1A] + [UInt8](repeating: 0xFF, count: 9) + [0x01]
        #expect(throws: EnvelopeOutline.Fault.malformed) { try outline(hugeLength) }
    }

    /// They have an outline or are refused, and both happen.
    @Test(arguments: 0..<8 as Range<UInt64>) func randomBytesNeverTrap(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let outlined = (0..<2_500).count { _ in
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            return (try? outline(bytes)) != nil
        }
        #expect((1..<2_000).contains(outlined), "\(outlined) of 2,500")
    }
}
