import JSONText
import Testing

struct RFC3339Tests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-22T10:11:24.250Z", 1_795_342_284_250),
            ("2000-02-29T23:59:59.999+00:00", 951_868_799_999), ("2024-02-29T12:00:00-05:30", 1_709_227_800_000),
            ("1969-12-31T23:59:59.5Z", -500), ("2026-11-22t10:11:24z", 1_795_342_284_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("2026-11-22T10:11:24.1239999Z", 1_795_342_284_123),
        ] as [(String, Int64)]) func timesAreRead(_ text: String, _ milliseconds: Int64)
    {
        #expect(RFC3339.milliseconds(text) == milliseconds)
    }

    @Test(arguments: [
        "", "2026-11-22", "2026-11-22T10:11:24", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-11-22T24:00:00Z", "2026-11-22T10:60:00Z", "2026-11-22T10:11:24.Z", "2026-11-22T10:11:24+1:00",
        "2026-11-22T10:11:24Zx", "1795342284250", "२०२६-11-22T10:11:24Z",
    ]) func whatIsNoTimeIsNone(_ text: String) {
        #expect(RFC3339.milliseconds(text) == nil)
    }

    @Test func timesAreWrittenAsTheyAreRead() {
        for milliseconds in stride(from: Int64(-62_000_000_000_000), to: 253_000_000_000_000, by: 12_345_678_901) {
            #expect(RFC3339.milliseconds(RFC3339.text(milliseconds: milliseconds)) == milliseconds)
        }
        #expect(RFC3339.text(milliseconds: 1_795_342_284_050) == "2026-11-22T10:11:24.050Z")
    }
}
