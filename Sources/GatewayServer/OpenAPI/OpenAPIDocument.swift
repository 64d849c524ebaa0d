package import HTTPProviderSupport

/// The description of the API, OpenAPI 3.1; a test holds it against the server's own answers, and docs/openapi.json against it.
package enum OpenAPIDocument {
    /// The document.
    package static let value = JSONValue.fields(
        ("openapi", .string("3.1.0")),
        (
            "info",
            .fields(
                ("title", .string("Notification gateway")), ("version", .string("1")),
                (
                    "description",
                    .string(
                        "Says what to tell whom; the gateway decides which vendor carries it. See docs/http-api.md.")
                ))
        ),
        ("security", .array([.fields(("key", .array([])))])), ("paths", OpenAPIPaths.all),
        (
            "components",
            .fields(
                ("schemas", OpenAPISchemas.all), ("headers", OpenAPIHeaders.all),
                ("responses", OpenAPIPaths.problems),
                (
                    "securitySchemes",
                    .fields(
                        (
                            "key",
                            .fields(
                                ("type", .string("http")), ("scheme", .string("bearer")),
                                ("description", .string("An API key, made by notify keys create.")))
                        ))
                ))
        ))

    /// As it is served.
    static let bytes = value.serialized
}

/// Schemas are written with these.
extension JSONValue {
    static func text(_ description: String? = nil) -> JSONValue {
        .fields(("type", .string("string")), ("description", description.map(JSONValue.string)))
    }

    static func words(_ words: some Sequence<String>, _ description: String? = nil) -> JSONValue {
        .fields(
            ("type", .string("string")), ("enum", .strings(words)), ("description", description.map(JSONValue.string)))
    }

    static func whole(_ description: String? = nil, least: Int = 0, most: Int? = nil) -> JSONValue {
        .fields(
            ("type", .string("integer")), ("minimum", .integer(least)), ("maximum", most.map(JSONValue.integer)),
            ("description", description.map(JSONValue.string)))
    }

    static func milliseconds(_ description: String? = nil) -> JSONValue {
        .fields(
            ("type", .string("number")), ("minimum", .integer(0)), ("description", description.map(JSONValue.string)))
    }

    static func flag(_ description: String? = nil) -> JSONValue {
        .fields(("type", .string("boolean")), ("description", description.map(JSONValue.string)))
    }

    static func time(_ description: String? = nil) -> JSONValue {
        .fields(
            ("type", .string("string")), ("format", .string("date-time")),
            ("description", description.map(JSONValue.string)))
    }

    static func list(_ element: JSONValue, least: Int? = nil, most: Int? = nil) -> JSONValue {
        .fields(
            ("type", .string("array")), ("items", element), ("minItems", least.map(JSONValue.integer)),
            ("maxItems", most.map(JSONValue.integer)))
    }

    static func reference(_ schema: String) -> JSONValue {
        .fields(("$ref", .string("#/components/schemas/\(schema)")))
    }

    /// An object of just these members; a name that ends in `?` may be missing.
    static func closed(_ description: String? = nil, _ members: [(String, JSONValue)]) -> JSONValue {
        let required = members.map(\.0).filter { !$0.hasSuffix("?") }
        return .fields(
            ("type", .string("object")), ("description", description.map(JSONValue.string)),
            (
                "properties",
                .object(members.map { Member($0.0.hasSuffix("?") ? String($0.0.dropLast()) : $0.0, $0.1) })
            ),
            ("required", required.isEmpty ? nil : .strings(required)), ("additionalProperties", .boolean(false)))
    }

    /// An object of whatever names, each with a text.
    static func texts(_ description: String? = nil) -> JSONValue {
        .fields(
            ("type", .string("object")), ("additionalProperties", .text()),
            ("description", description.map(JSONValue.string)))
    }
}
