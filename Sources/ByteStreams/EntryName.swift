// What an entry of a folder is called: most often text, but any bytes may stand there.

import Glibc

/// The name of an entry of a folder.
struct EntryName {
    /// The bytes with a zero behind them.
    let bytes: [CChar]
    /// The name as text; bytes that are not UTF-8 are written as `\xFF`, so that different names stay different.
    let text: String
    /// Whether ``text`` finds the entry again, because the name is well-formed UTF-8.
    let isText: Bool

    /// Whether it stands for the folder itself or the one it is in.
    var isNavigation: Bool { text == "." || text == ".." }

    /// Why what is called so cannot be read, if its name is no text.
    static let reason = "file name is not UTF-8"

    init(_ entry: UnsafeMutablePointer<dirent>) {
        self.init(withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) })
    }

    init(_ name: [UInt8]) {
        bytes = name.map(CChar.init(bitPattern:)) + [0]
        let valid = String(validating: name, as: UTF8.self)
        text = valid ?? Self.escaped(name)
        isText = valid != nil
    }

    private static func escaped(_ name: [UInt8]) -> String {
        var text = ""
        var rest = name[...]
        while let first = rest.first {
            // No character takes more than four bytes.
            let known = (1...4).lazy.compactMap { String(validating: rest.prefix($0), as: UTF8.self) }.first
            let hexadecimal = String(first, radix: 16, uppercase: true)
            text += known ?? "\\x" + (first < 0x10 ? "0" : "") + hexadecimal
            rest = rest.dropFirst(known?.utf8.count ?? 1)
        }
        return text
    }
}
