import RelayDomain
import Yams

/// A `shop.yaml`: what it registers, checked as a whole, with the line of each entry and key.
///
/// ```yaml
/// version: 1
/// shops: [{id: corner, name: Corner shop, currency: EUR, timeZone: Europe/Berlin, programs: [stars]}]
/// destinations: [{id: sandbox, kind: sandbox}]
/// applications: [{id: sandbox-pay, issuer: sandbox, functions: [payment], destination: sandbox}]
/// terminals: [{id: counter-1, shop: corner}, {id: counter-2, shop: corner, pairedWith: till-1}]
/// pos: [{id: till-1}]
/// scanRules: [{symbology: qr, length: 20, prefix: "99", application: sandbox-pay, operation: payment}]
/// ```
struct ShopFile {
    let shop: Shop

    /// How long a file may be, in bytes.
    static let bytesMax = 32 * 1024 * 1024
    /// The lengths that a scan rule may name.
    static let lengths = 1...4_096

    /// Reads a file's text.
    /// - Parameter name: how the file is called in a mistake.
    /// - Throws: the first ``ShopMistake``: of the format first, then of what the entries mean together.
    init(_ text: String, name: String) throws(ShopMistake) {
        var reader = ShopReader(file: name)
        shop = try reader.read(try Self.document(text, name: name))
        do {
            _ = try Registry(shop, version: 0)
        } catch {
            throw reader.mistake(error)
        }
    }

    private static func document(_ text: String, name: String) throws(ShopMistake) -> Node {
        do throws(ShopFileScan.Mistake) {
            try ShopFileScan.check(text)
        } catch {
            throw ShopMistake(file: name, line: error.line, place: "", sentence: error.sentence)
        }
        do {
            guard let node = try Yams.compose(yaml: text) else {
                throw ShopMistake(file: name, line: 1, place: "", sentence: "is empty; begin with \"version: 1\"")
            }
            return node
        } catch let mistake as ShopMistake {
            throw mistake
        } catch {
            let (line, sentence) = explain(error)
            throw ShopMistake(file: name, line: line, place: "", sentence: sentence)
        }
    }

    private static func explain(_ error: any Error) -> (line: Int, sentence: String) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark.line, "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            (context.mark.line, "the key \(keys.sorted().joined(separator: ", ")) occurs twice; remove one")
        case .reader(let problem, _, _, _): (1, "not YAML: \(problem)")
        default: (1, "not YAML; write it as UTF-8 text")
        }
    }
}
