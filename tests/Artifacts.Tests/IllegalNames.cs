namespace Aigc.Artifacts.Tests;

internal static class IllegalNames
{
    public static readonly string[] All =
    [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/..",
        "a/../../b",
        "./a",
        ".hidden",
        "a/.tmp",
        "-a",
        "a.",
        "a./b",
        "a.ref",
        "a.ref/b",
        "A",
        "a b",
        "a\\b",
        "..\\a",
        "c:\\a",
        "c:a",
        "a%2f..",
        "a\0b",
        "a\n",
        "\u00e9",
        "http://host/a",
        "//host/a",
        "~",
        new('a', ArtifactName.MaxLength + 1),
    ];
}
