// Checks the house style the compiler cannot: floors, imports, captions, sizes, words and the map.

import Foundation
import Testing

@Suite struct HouseTests {
    @Test func houseWasRead() {
        #expect(House.floors.count > 5, "Package.swift could not be read")
        #expect(House.sources.count > 5, "Sources could not be read")
    }

    @Test func roomsAreListedBottomUp() {
        var built: Set<String> = []
        for room in House.floors {
            let missing = room.rooms.subtracting(built)
            #expect(missing.isEmpty, "\(room.name) uses rooms that are listed after it: \(missing.sorted())")
            built.insert(room.name)
        }
    }

    @Test(arguments: House.rooms) func testsUseOnlyRoomsThatExist(_ room: Room) {
        let unknown = room.rooms.subtracting(House.rooms.map(\.name))
        #expect(unknown.isEmpty, "\(room.name) uses targets that do not exist: \(unknown.sorted())")
    }

    @Test(arguments: House.swiftFiles) func importsAreDeclared(_ file: TextFile) {
        guard let room = House.room(of: file) else {
            Issue.record("\(file.path) lies in no target of Package.swift")
            return
        }
        let known = Set(House.floors.map(\.name)).union(House.rooms.flatMap(\.products))
        for line in file.lines where line.contains("import ") {
            guard let name = line.firstMatch(of: Self.importLine).map({ String($0.1) }), known.contains(name) else {
                continue
            }
            let declared = room.rooms.contains(name) || room.products.contains(name)
            #expect(declared, "\(file.path): imports \(name), which \(room.name) does not declare")
        }
    }

    @Test(arguments: House.swiftFiles) func fileOpensWithACaption(_ file: TextFile) {
        let caption = file.lines.first ?? ""
        let isCaption = caption.hasPrefix("// ") && caption.hasSuffix(".")
        #expect(isCaption, "\(file.path): the first line is not a caption of the form '// … .'")
    }

    @Test(arguments: House.sources) func fileIsNotLong(_ file: TextFile) {
        #expect(file.lines.count <= 601, "\(file.path): \(file.lines.count) lines; split it where its sense splits")
    }

    @Test(arguments: House.sources) func namesSayWhatTheyAreAbout(_ file: TextFile) {
        let types = file.text.matches(of: Self.typeDeclaration).map { String($0.1) }
        for name in [String(file.name.dropLast(6))] + types {
            let empty = Self.words(of: name).intersection(Self.emptyWords)
            #expect(empty.isEmpty, "\(file.path): '\(name)' contains \(empty.sorted()), which says nothing")
        }
    }

    @Test func readmeMapsEveryRoom() throws {
        let readme = try #require(House.read("README.md"), "README.md is missing")
        for room in House.floors {
            #expect(readme.contains("`\(room.name)`"), "README.md does not mention `\(room.name)`")
        }
    }

    private static var importLine: Regex<(Substring, Substring)> {
        /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
    }

    private static var typeDeclaration: Regex<(Substring, Substring)> {
        /\b(?:struct|class|enum|actor|protocol|typealias)\s+([A-Z]\w*)/
    }

    /// Words that fit every type and so describe none.
    private static let emptyWords: Set<String> = [
        "Utils", "Utilities", "Helper", "Helpers", "Manager", "Common", "Core", "Misc", "Base", "Processor",
    ]

    /// `AuditDatabase` → Audit, Database.
    private static func words(of name: String) -> Set<String> {
        Set(name.matches(of: /[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])/).map { String($0.0) })
    }
}
