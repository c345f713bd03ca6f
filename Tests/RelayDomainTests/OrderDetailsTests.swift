import RelayDomain
import Testing

@Suite(.timeLimit(.minutes(1))) struct OrderDetailsTests {
    @Test func namesAndValuesOfAttributesAreBounded() {
        #expect(AttributeName("merchant")?.text == "merchant")
        for name in ["", String(repeating: "n", count: 33), "mer chant", "händler", ".."] {
            #expect(AttributeName(name) == nil, "\(name)")
        }
        #expect(AttributeValue("123456789012345") != nil, "merchant numbers have fifteen digits (ISO 8583, DE 42)")
        for value in ["", String(repeating: "v", count: 65), "a\nb", "\u{202E}1"] {
            #expect(AttributeValue(value) == nil, "\(value)")
        }
        func many(_ count: Int) -> [AttributeName: AttributeValue] {
            Dictionary(uniqueKeysWithValues: (0..<count).map { (AttributeName("n\($0)")!, AttributeValue("v")!) })
        }
        #expect(Attributes(many(Attributes.countMax))?.sorted.first?.name.text == "n0")
        #expect(Attributes(many(Attributes.countMax + 1)) == nil)
    }

    @Test func partsOfASumAreBounded() {
        #expect(SumParts(tax: 0, taxFree: Amount.most, service: 1, tip: nil, instalments: 99)?.instalments == 99)
        #expect(SumParts(tax: -1) == nil && SumParts(tip: Amount.most + 1) == nil)
        #expect(SumParts(instalments: 1) == nil && SumParts(instalments: 100) == nil)
    }
}
