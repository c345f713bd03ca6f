import RelayDomain
import Sealing
import Testing

/// What a text tells of a secret, however it is written.
@Suite(.timeLimit(.minutes(1))) struct SecretFinderTests {
    private let code = finder("9927-Ab18")
    private let long = finder("28AB 0199 2718 2818 2845")

    private static func finder(_ secret: String) -> SecretFinder { SecretFinder(Secret(secret)!) }

    @Test(arguments: [
        "9927-Ab18", "sent 9927-Ab18.", "99 27 AB 18", "*9927ab18*", "code: 9-9-2-7-a-b-1-8", "９９２７ab１８", "٩٩٢٧ab١٨",
        "9927ＡＢ18", "99②⑦𝐚𝐛18", "⁹⁹²⁷ab₁₈", "9927%20AB18", "c%3D9927%2Dab18", "c=9927%252Dab18", "%39%39%32%37ab18",
        "5%9927ab18", "9 9927ab18", "9927...ab18", "99\u{200D}27\u{301}ab18",
    ])
    func aTextHoldsTheCodeHoweverItIsWritten(text: String) { #expect(code.finds(in: text)) }

    @Test(arguments: [
        "refused: 9927…", "refused: 9927-ab1…", "refused: 9927...", "refused (9927ab…) by the bank", "\"9927-…\"",
        "…ab18 refused", "...AB18", "code …27-ab18", "9927-ab1", "927ab18 refused", "9927%2…",
    ])
    func aPartOfItIsFound(text: String) { #expect(code.finds(in: text)) }

    @Test(arguments: [
        "", "thank you", "9927", "R-9927 paid", "992…", "…b18", "9927 and more…", "9927ab81", "9927-Xb18", "9927ab",
        "27ab18", "9927. ab", "9927-ab1 refused", "so 927ab18",
    ])
    func otherTextsDoNot(text: String) { #expect(!code.finds(in: text)) }

    /// Without a mark of the cut, eight signs at the text's end or beginning are no chance.
    @Test func ofALongOneEightSignsAreEnough() {
        for text in ["code 28AB0199", "refused: 28ab-0199-27", "2818 2845 refused", "828182845"] {
            #expect(long.finds(in: text), "\(text)")
        }
        for text in ["code 28AB019", "18 2845 refused", "28AB0199 refused", "no 28182845", "so 0199 2718 281"] {
            #expect(!long.finds(in: text), "\(text)")
        }
    }

    /// Somebody has read a number without its zeros, or taken the token out of an address.
    @Test func twelveSignsInARowAreEnoughAnywhere() {
        let zeros = Self.finder("0099271828182845904523")
        #expect(zeros.finds(in: "Code 99271828182845904523 has expired"))
        #expect(zeros.finds(in: "Code 9927-1828-1828 has expired"))
        #expect(!zeros.finds(in: "Code 9927-1828-182 has expired"))
        let address = Self.finder("https://pay.example/c?d=99271828182845904523")
        #expect(address.finds(in: "Token 99271828182845904523 unknown"))
    }

    /// A text that was cut for a display shows three signs at most, wherever it was cut.
    @Test func aCutForADisplayTellsNothing() throws {
        for secret in ["28AB 0199 2718 2818 2845", "28AB-0199", "271828", "2871%AB/01+99"] {
            for before in 0...DisplayText.most {
                let padding = String(repeating: "x ", count: before / 2) + (before.isMultiple(of: 2) ? "" : "!")
                let said = StatedReason(said: "used", text: "\(padding)\(secret) was used, and more \(padding)")
                let told = said.withholding(Self.finder(secret)).text?.text ?? ""
                #expect(!told.contains(secret.prefix(4)), "\(told)")
            }
        }
    }

    /// A short one may occur by chance; it is found as a word of its own.
    @Test func aShortOneIsAWord() {
        for text in ["1234", "code 1234.", "CODE=1234", "%31234", "(1234)", "１２３４"] {
            #expect(Self.finder("1234").finds(in: text), "\(text)")
        }
        for text in ["12.34", "12 34", "12345", "a1234", "1234b", "1234٥", "123…", "11234"] {
            #expect(!Self.finder("1234").finds(in: text), "\(text)")
        }
        #expect(Self.finder("Ab-12cd").finds(in: "sent AB-12CD, twice"))
        #expect(!Self.finder("Ab-12cd").finds(in: "sent AB12CD, twice"))
        #expect(Self.finder("Ab-12cd").finds(in: "sent ab-12…") && Self.finder("Ab-12cd").finds(in: "…12cd sent"))
        #expect(!Self.finder("Ab-12cd").finds(in: "sent crab-12…"))
        #expect(Self.finder("abab1").finds(in: "aabab1 abab1"), "the second stands alone")
        #expect(Self.finder("12-12").finds(in: "a12-12-12-12b"), "it begins in another")
        #expect(!Self.finder("you").finds(in: "thank you"), "less than four signs")
    }

    @Test func lettersAreNotNeeded() {
        #expect(Self.finder("#-#-").finds(in: "sent #-#-"))
        #expect(!Self.finder("****").finds(in: "sent #-#"))
        #expect(Self.finder("#a-b").finds(in: "sent #a-b"))
        #expect(!Self.finder("#a-b").finds(in: "a ball"))
    }

    /// A code in an address is escaped there, or not.
    @Test func escapesOfTheSecretCountAsWhatTheyStandFor() {
        let address = Self.finder("https://pay.example/c?d=99%2018")
        #expect(address.finds(in: "see https://pay.example/c?d=99%2018."))
        #expect(address.finds(in: "see https://pay.example/c?d=99 18."))
        #expect(address.finds(in: "see https%3A%2F%2Fpay.example%2Fc%3Fd%3D99%252018."))
        #expect(!address.finds(in: "see https://pay.example/d."))
    }

    @Test func theLongestTextCostsNoMoreThanItsLength() throws {
        let secret = try #require(Secret(String(repeating: "ab", count: Secret.most / 2)))
        let text = "z" + String(repeating: String(repeating: "ab", count: 5) + "a%", count: 7_000)
        #expect(!SecretFinder(secret).finds(in: text + "z"))
    }
}
