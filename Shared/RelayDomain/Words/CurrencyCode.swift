/// A currency's three capital letters (ISO 4217), such as `EUR`.
public struct CurrencyCode: Hashable, Sendable {
    /// Three letters `A` to `Z`.
    public let text: String

    /// - Returns: nil unless the text is three letters `A` to `Z`. Whether the currency exists is the destination's to
    ///   say.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 3, text.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
        else { return nil }
        self.text = String(text)
    }

    /// The same of what a person typed: three letters in any case.
    public init?(typed text: some StringProtocol) {
        guard text.utf8.count == 3, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        self.init(text.uppercased())
    }

    /// How many decimals people write: 2 for EUR, 0 for JPY, 3 for KWD. Nil if ISO 4217 gives the code none: then
    /// nobody can say what 1250 of its smallest parts are in the currency itself.
    public var exponent: Int? { Self.exponents[text] }

    /// ISO 4217, list one, as published on 2026-01-01: the codes in use that have a minor unit. Metals, bond market
    /// units, test codes and their like have none.
    private static let exponents: [String: Int] = {
        let codes: KeyValuePairs<Int, String> = [
            0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
            2: """
            AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW \
            CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF \
            IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK \
            MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP \
            SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG \
            YER ZAR ZMW ZWG
            """,
            3: "BHD IQD JOD KWD LYD OMR TND",
            4: "CLF UYW",
        ]
        return Dictionary(
            uniqueKeysWithValues: codes.flatMap { exponent, codes in
                codes.split(separator: " ").map { (String($0), exponent) }
            })
    }()
}
