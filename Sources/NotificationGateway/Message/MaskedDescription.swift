/// A value that holds personal data or secrets, and shows no more than its ``Swift/CustomStringConvertible/description``:
/// printing, debugging and dumping it are the ways in which such data reaches logs unnoticed.
///
/// A conforming type writes a `description` that is fit for a log; all other views follow from it.
public protocol MaskedDescription: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension MaskedDescription {
    /// The description: what a debugger or a container prints is no more than what a log shows.
    public var debugDescription: String { description }

    /// A mirror without children, so that `dump` shows the description alone.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
