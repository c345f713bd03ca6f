import Foundation
import Testing
import Yams

/// Checks JSON against a schema of an OpenAPI document: the part of JSON Schema that docs/openapi.yaml uses. What we
/// send may hold nothing that is not described.
struct SchemaCheck {
    private let schemas: [String: Any]

    init(_ document: [String: Any]) throws {
        let components = try #require(document["components"] as? [String: Any])
        schemas = try #require(components["schemas"] as? [String: Any])
    }

    func check(_ json: [UInt8], is schema: String) throws {
        // JSON is YAML, and Yams tells 1 from true.
        let value = try #require(try Yams.load(yaml: String(decoding: json, as: UTF8.self)))
        #expect(faults(value, ["$ref": "#/components/schemas/\(schema)"], at: schema) == [])
    }

    private func faults(_ value: Any, _ schema: [String: Any], at path: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            let name = String(reference.split(separator: "/").last ?? "")
            guard let target = schemas[name] as? [String: Any] else { return ["\(path): no schema \(name)"] }
            return faults(value, target, at: path)
        }
        if let choices = schema["oneOf"] as? [[String: Any]] {
            let fitting = choices.filter { faults(value, $0, at: path).isEmpty }
            return fitting.count == 1 ? [] : ["\(path): fits \(fitting.count) of its choices"]
        }
        if let words = schema["enum"] as? [String], !words.contains(value as? String ?? "") {
            return ["\(path): \(value) is none of \(words)"]
        }
        switch schema["type"] as? String {
        case "object": return faults(ofObject: value, schema, at: path)
        case "array":
            guard let elements = value as? [Any], let items = schema["items"] as? [String: Any] else {
                return ["\(path): no array"]
            }
            return elements.enumerated().flatMap { faults($1, items, at: "\(path)[\($0)]") }
        case "string": return faults(ofString: value, schema, at: path)
        case "integer":
            guard let number = value as? Int else { return ["\(path): no integer"] }
            let isWithin = number >= schema["minimum"] as? Int ?? .min && number <= schema["maximum"] as? Int ?? .max
            return isWithin ? [] : ["\(path): \(number) is out of bounds"]
        case "boolean": return value is Bool ? [] : ["\(path): no boolean"]
        case let type: return ["\(path): the check knows no type \(type ?? "")"]
        }
    }

    private func faults(ofObject value: Any, _ schema: [String: Any], at path: String) -> [String] {
        guard let members = value as? [String: Any], let known = schema["properties"] as? [String: Any] else {
            return ["\(path): no object"]
        }
        let missing = (schema["required"] as? [String] ?? []).filter { members[$0] == nil }
        return missing.map { "\(path).\($0): missing" }
            + members.flatMap { name, value in
                guard let schema = known[name] as? [String: Any] else { return ["\(path).\(name): not described"] }
                return faults(value, schema, at: "\(path).\(name)")
            }
    }

    private func faults(ofString value: Any, _ schema: [String: Any], at path: String) -> [String] {
        guard let text = value as? String else { return ["\(path): no string"] }
        if let pattern = schema["pattern"] as? String, text.range(of: pattern, options: .regularExpression) == nil {
            return ["\(path): \(text) does not match \(pattern)"]
        }
        let time = #"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$"#
        if schema["format"] as? String == "date-time", text.range(of: time, options: .regularExpression) == nil {
            return ["\(path): \(text) is no time"]
        }
        return []
    }
}
