using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Aigc.GpuHost.Tests.Fuzz;

/// <summary>Bytes in place of a message: made from a valid one, from hostile values, or from nothing.</summary>
internal static class HostileBytes
{
    private const int StartGroup = 0x0b;

    /// <summary>Makes the bytes of one message.</summary>
    /// <param name="type">The message that the host expects.</param>
    /// <param name="valid">One that it takes.</param>
    /// <param name="random">Decides all.</param>
    public static byte[] Create(MessageDescriptor type, byte[] valid, Random random) => random.Next(12) switch
    {
        0 => Noise(random, random.Next(0, 2000)),
        1 => valid[..random.Next(valid.Length)],
        2 or 3 => Flipped(valid, random),
        4 => [.. valid, .. Unknown(random)],
        5 => Nested(random),
        6 => WrongText(random),
        7 => ManyFields(random),
        8 when random.Next(10) == 0 => Noise(random, FuzzHost.MaxMessageBytes + random.Next(1, 1000)),
        8 => Flipped(HostileMessage.Create(type, random).ToByteArray(), random),
        _ => HostileMessage.Create(type, random).ToByteArray(),
    };

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Flipped(byte[] message, Random random)
    {
        var bytes = message.ToArray();
        for (var flips = random.Next(1, 6); flips > 0 && bytes.Length > 0; flips--)
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private static byte[] Unknown(Random random) => Written(output =>
    {
        output.WriteTag(random.Next(100, WireFormat.GetTagFieldNumber(uint.MaxValue)), WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(Noise(random, random.Next(0, 500))));
    });

    // Groups in groups, or messages in messages, deeper than any reader's stack should go.
    private static byte[] Nested(Random random)
    {
        if (random.Next(2) == 0)
            return Enumerable.Repeat((byte)StartGroup, random.Next(1, 60_000)).ToArray();
        var message = Array.Empty<byte>();
        for (var depth = random.Next(1, 300); depth > 0; depth--)
        {
            var inner = ByteString.CopyFrom(message);
            message = Written(output =>
            {
                output.WriteTag(2, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(inner);
            });
        }

        return message;
    }

    // Bytes that are no UTF-8 where a text should be: a lone surrogate, an overlong form, a cut sequence, what never occurs.
    private static byte[] WrongText(Random random)
    {
        byte[][] wrong = [[0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xe2, 0x82], [0xff, 0xfe], [0xf4, 0x90, 0x80, 0x80]];
        return Written(output =>
        {
            output.WriteTag(random.Next(1, 4), WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom([.. Encoding.UTF8.GetBytes("a "), .. wrong[random.Next(wrong.Length)]]));
        });
    }

    // As many fields as fit, each of two bytes: thousands of empty pictures or texts; or a length that nothing follows.
    private static byte[] ManyFields(Random random) => Written(output =>
    {
        if (random.Next(3) == 0)
        {
            output.WriteTag(random.Next(1, 8), WireFormat.WireType.LengthDelimited);
            output.WriteLength(int.MaxValue - random.Next(2));
            return;
        }

        var (field, count) = (random.Next(1, 8), random.Next(1000, FuzzHost.MaxMessageBytes / 2));
        for (var i = 0; i < count; i++)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteLength(0);
        }
    });

    private static byte[] Written(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        write(output);
        output.Flush();
        return stream.ToArray();
    }
}
