import RelayDomain
import Sealing
import Testing

@testable import POSAgent

/// What a driver reads off a POS program may hold the code; what leaves the agent never does.
@Suite(.timeLimit(.minutes(1))) struct SightingTests {
    private let code = Secret("9927-Ab")!

    private func text(_ text: String) -> Evidence.Text { Evidence.Text(text)! }

    @Test(arguments: ["9927-Ab", "sent 9927-Ab.", "sent 9927 AB", "code: 99 27 a b", "*9927ab*"])
    func aTextThatHoldsTheCodeIsWithheld(read: String) {
        #expect(Evidence.Sighting.readBack(text(read)).withholding(code) == .readBack(.withheld))
        #expect(Evidence.Sighting.textSeen(text(read)).withholding(code) == .textSeen(.withheld))
        #expect(Evidence.Sighting.receiptNumber(text(read)).withholding(code) == .receiptNumber(.withheld))
    }

    @Test func otherTextsPass() {
        for sighting in [
            Evidence.Sighting.readBack(text("12.50 EUR, paid")), .textSeen(text("thank you")), receipt("R-9927"),
            .windowClosed,
        ] {
            #expect(sighting.withholding(code) == sighting)
        }
    }

    /// A restart forgets the sealed bytes, so nothing can be compared.
    @Test func withoutTheCodeOnlyReceiptNumbersPass() {
        #expect(Evidence.Sighting.readBack(text("12.50")).withholding(nil) == .readBack(.withheld))
        #expect(Evidence.Sighting.textSeen(text("paid")).withholding(nil) == .textSeen(.withheld))
        #expect(receipt("R-1").withholding(nil) == receipt("R-1"))
        #expect(Evidence.Sighting.windowClosed.withholding(nil) == .windowClosed)
    }

    @Test func aCodeWithoutLettersIsFoundToo() {
        let sighting = Evidence.Sighting.textSeen(text("sent #-#"))
        #expect(sighting.withholding(Secret("#-#")) == .textSeen(.withheld))
        #expect(sighting.withholding(Secret("***")) == sighting)
    }
}
