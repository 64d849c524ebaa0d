import HTTPProviderSupport

/// Holds documents against the schemas of an OpenAPI document: as much of JSON Schema as that uses, and no more.
struct SchemaCheck {
    let document: JSONValue

    /// What is wrong with a value; every keyword that is not known is wrong too.
    func faults(_ value: JSONValue, _ schema: JSONValue, at place: String = "") -> [String] {
        guard case .object(let members) = schema else { return ["\(place): no schema"] }
        if let reference = schema["$ref"]?.string { return faults(value, resolve(reference), at: place) }
        return members.flatMap { keyword(value, $0.name, $0.value, schema, place) }
    }

    func resolve(_ reference: String) -> JSONValue {
        document.at(String(reference.dropFirst(2))) ?? .null
    }

    private func keyword(
        _ value: JSONValue, _ name: String, _ rule: JSONValue, _ schema: JSONValue, _ place: String
    ) -> [String] {
        func fault(_ isRight: Bool) -> [String] { isRight ? [] : ["\(place): \(name) \(rule)"] }
        func matching(_ schemas: [JSONValue]) -> Int { schemas.count { faults(value, $0, at: place).isEmpty } }
        switch name {
        case "description", "format", "pattern": return []
        case "type": return fault(isOf(rule.string ?? "", value))
        case "enum": return fault(rule.array?.contains(value) ?? false)
        case "oneOf": return fault(matching(rule.array ?? []) == 1)
        case "anyOf": return fault(matching(rule.array ?? []) > 0)
        case "minimum": return fault(number(value) >= number(rule))
        case "maximum": return fault(number(value) <= number(rule))
        case "minLength": return fault(Double(value.string?.count ?? 0) >= number(rule))
        case "maxLength": return fault(Double(value.string?.count ?? 0) <= number(rule))
        case "minItems": return fault(Double(value.array?.count ?? 0) >= number(rule))
        case "maxItems": return fault(Double(value.array?.count ?? 0) <= number(rule))
        case "items":
            return (value.array ?? []).enumerated().flatMap { faults($1, rule, at: "\(place)/\($0)") }
        case "required":
            return (rule.array ?? []).compactMap(\.string).filter { value[$0] == nil }.map { "\(place): no \($0)" }
        case "properties":
            guard case .object(let members) = value else { return [] }
            return members.flatMap { member in
                rule[member.name].map { faults(member.value, $0, at: "\(place)/\(member.name)") } ?? []
            }
        case "additionalProperties":
            guard case .object(let members) = value else { return [] }
            let others = members.filter { schema["properties"]?[$0.name] == nil }
            if rule == .boolean(false) { return others.map { "\(place)/\($0.name): unknown" } }
            return others.flatMap { faults($0.value, rule, at: "\(place)/\($0.name)") }
        default: return ["\(place): \(name) is not checked"]
        }
    }

    private func number(_ value: JSONValue) -> Double { value.lenientText.flatMap { Double($0) } ?? .nan }

    private func isOf(_ type: String, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .boolean), ("number", .number):
            true
        case ("integer", .number(let text)): Int(text) != nil
        default: false
        }
    }
}
