import NotificationGateway

/// A mapping with known keys, as the file has them: drives the check of keys, the JSON Schema and the reference.
struct Section: Sendable {
    /// What the mapping is, such as `a route`.
    var title: String
    var keys: [SectionKey]
    /// Keys that people may expect and that it does not take, each with the reason.
    var refused: [String: String]

    init(_ title: String, _ keys: [SectionKey], refused: [String: String] = [:]) {
        self.title = title
        self.keys = keys
        self.refused = refused
    }
}

/// One key of a ``Section``.
struct SectionKey: Sendable {
    var name: String
    var shape: Shape
    var isRequired = false
    var defaultText: String?
    var help: String

    init(_ name: String, _ shape: Shape, required: Bool = false, default defaultText: String? = nil, help: String) {
        self.name = name
        self.shape = shape
        isRequired = required
        self.defaultText = defaultText
        self.help = help
    }

    init(_ field: OptionField) {
        self.init(
            field.name, .value(field.type), required: field.isRequired, default: field.defaultValue?.spelling,
            help: field.help)
    }
}

/// What may stand behind a key.
indirect enum Shape: Sendable {
    /// One scalar.
    case value(OptionType)
    /// An ISO 3166-1 alpha-2 code.
    case country
    /// A BCP 47 language tag.
    case locale
    /// Digits at the start of a phone number.
    case prefix
    /// A decimal number that is not negative.
    case price
    /// One value or a list of them.
    case oneOrMany(Shape)
    case list(Shape)
    /// Names of the file's own choice, each with a value.
    case names(String, Shape)
    case section(Section)
    /// Any one of these.
    case anyOf([Shape])
    /// Nothing: `~`.
    case null
}

extension OptionValue {
    /// The value as it would be written in the file.
    var spelling: String {
        switch self {
        case .string(let text): text.isEmpty ? "\"\"" : text
        case .secret: "***"
        case .boolean(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .duration(let duration): duration.spelling
        case .rate(let rate): "\(rate.count)/\(rate.period == .seconds(1) ? "s" : rate.period.spelling)"
        }
    }
}

extension Duration {
    /// `15s`, `500ms`: the longest unit that divides it.
    var spelling: String {
        let (seconds, attoseconds) = components
        let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        return switch milliseconds {
        case let ms where ms % 1_000 != 0: "\(ms)ms"
        case let ms where ms % 60_000 != 0 || ms == 0: "\(ms / 1_000)s"
        case let ms where ms % 3_600_000 != 0: "\(ms / 60_000)m"
        default: "\(milliseconds / 3_600_000)h"
        }
    }
}
