namespace Aigc.GpuHost.Tests.Fuzz;

/// <summary>Texts and numbers that somebody might send in place of the ones that are meant.</summary>
internal static class HostileText
{
    private const string Hash = "0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly string[] _texts =
    [
        "", " ", "a red circle", "\0", "\u202e\ufeff", "\ud83d\ude00\u0301\u0301", "{0}%n%s", "<script>",
        "'; DROP TABLE", "../../etc/passwd", "/etc/passwd",
        "C:\\windows", "file:///etc/passwd", "http://127.0.0.1:1/a", "https://a.blob.core.windows.net/c/b?sig=x", "con",
        "tiny-shapes/", "TINY-SHAPES",
        "artifact:", "artifact:v1:", $"artifact:v2:{Hash}:1:a:image/png", $"artifact:v1:{Hash}:1:../a:image/png",
        $"artifact:v1:{Hash}:1:/a:image/png",
        $"artifact:v1:{Hash}:1:a/../../b:image/png", $"artifact:v1:{Hash}:-1:a:image/png",
        $"artifact:v1:{Hash}:9223372036854775807:a:image/png",
        $"artifact:v1:{Hash}:99999999999999999999:a:image/png", $"artifact:v1:{Hash}:1:a:image/png:http://h",
        $"artifact:v1:{Hash}:1:http%3A//h:image/png",
        $"artifact:v1:{Hash}:1:missing.png:image/png", $"artifact:v1:zz:1:a:image/png", "euler\n", "ddim", "lcm",
        "picture\r\ngrpc-status: 0",
    ];

    private static readonly long[] _numbers =
    [
        0, 1, -1, 2, 7, 8, 63, 64, 65, 100, 127, 128, 1 << 16, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue,
        1L << 32, (1L << 53) + 1,
    ];

    private static readonly double[] _reals =
    [
        0, -0.0, 1, 7.5, 30, 30.0001, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon,
        float.MaxValue, float.MinValue, 1e-45,
    ];

    public static string Text(Random random) => random.Next(20) switch
    {
        0 => new string((char)random.Next('a', 'z'), random.Next(1, 20_000)),
        1 => new string(' ', random.Next(1, 3000)) + string.Concat(Enumerable.Repeat("\ud83d\ude00", random.Next(1, 3000))),
        2 => string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => (char)random.Next(1, 0xd800))),
        _ => _texts[random.Next(_texts.Length)],
    };

    public static long Number(Random random) =>
        random.Next(4) == 0 ? random.NextInt64() >> random.Next(64) : _numbers[random.Next(_numbers.Length)];

    public static double Real(Random random) => _reals[random.Next(_reals.Length)];
}
