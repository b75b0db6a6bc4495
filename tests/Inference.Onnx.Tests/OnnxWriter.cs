using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Tests;

/// <summary>Writes small ONNX graphs, by the field numbers of onnx.proto (opset 17, IR 8).</summary>
internal sealed class OnnxWriter
{
    private const long IrVersion = 8;
    private const long Opset = 17;

    private readonly List<byte> _graph = [];

    public OnnxWriter Input(string name, TensorElementType type, params object[] dimensions) =>
        Message(11, ValueInfo(name, type, dimensions));

    public OnnxWriter Output(string name, TensorElementType type, params object[] dimensions) =>
        Message(12, ValueInfo(name, type, dimensions));

    public OnnxWriter Constant(string name, float[] values, params long[] shape) =>
        Message(5, Tensor(name, TensorElementType.Float, shape, values.SelectMany(BitConverter.GetBytes)));

    public OnnxWriter Constant(string name, long[] values, params long[] shape) =>
        Message(5, Tensor(name, TensorElementType.Int64, shape, values.SelectMany(BitConverter.GetBytes)));

    /// <summary>A constant whose numbers lie in another file of the graph's folder.</summary>
    public OnnxWriter External(string name, string file, long offset, long count, params long[] shape) => Message(5, Bytes(o =>
    {
        foreach (var dimension in shape)
            Number(o, 1, dimension);
        Number(o, 2, (long)TensorElementType.Float);
        Text(o, 8, name);
        (string Key, string Value)[] entries =
            [("location", file), ("offset", Invariant(offset)), ("length", Invariant(count * sizeof(float)))];
        foreach (var (key, value) in entries)
            Nested(o, 13, Bytes(entry =>
            {
                Text(entry, 1, key);
                Text(entry, 2, value);
            }));
        Number(o, 14, 1);
    }));

    public OnnxWriter Cast(string from, string to, TensorElementType type) => Node("Cast", [from], to, ("to", (long)type));

    public OnnxWriter Node(string op, string[] inputs, string output, params (string Name, object Value)[] attributes) =>
        Message(1, Bytes(o =>
    {
        foreach (var input in inputs)
            Text(o, 1, input);
        Text(o, 2, output);
        Text(o, 4, op);
        foreach (var (name, value) in attributes)
            Nested(o, 5, Attribute(name, value));
    }));

    public void Save(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Bytes(o =>
        {
            Number(o, 1, IrVersion);
            Nested(o, 7, [.. _graph, .. Bytes(g => Text(g, 2, "test"))]);
            Nested(o, 8, Bytes(opset => Number(opset, 2, Opset)));
        }));
    }

    private static string Invariant(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] Attribute(string name, object value) => Bytes(o =>
    {
        Text(o, 1, name);
        switch (value)
        {
            case long number:
                Number(o, 3, number);
                Number(o, 20, 2);
                break;
            case string text:
                Text(o, 4, text);
                Number(o, 20, 3);
                break;
            case long[] numbers:
                foreach (var number in numbers)
                    Number(o, 8, number);
                Number(o, 20, 7);
                break;
            default:
                throw new ArgumentException($"no attribute of {value.GetType()}", nameof(value));
        }
    });

    private static byte[] Tensor(string name, TensorElementType type, long[] shape, IEnumerable<byte> raw) => Bytes(o =>
    {
        foreach (var dimension in shape)
            Number(o, 1, dimension);
        Number(o, 2, (long)type);
        Text(o, 8, name);
        Nested(o, 9, [.. raw]);
    });

    private static byte[] ValueInfo(string name, TensorElementType type, object[] dimensions) => Bytes(o =>
    {
        Text(o, 1, name);
        Nested(o, 2, Bytes(t => Nested(t, 1, Bytes(tensor =>
        {
            Number(tensor, 1, (long)type);
            Nested(tensor, 2, Bytes(shape =>
            {
                foreach (var dimension in dimensions)
                    Nested(shape, 1, Bytes(d =>
                    {
                        if (dimension is string symbol)
                            Text(d, 2, symbol);
                        else
                            Number(d, 1, Convert.ToInt64(dimension, System.Globalization.CultureInfo.InvariantCulture));
                    }));
            }));
        }))));
    });

    private OnnxWriter Message(int field, byte[] content)
    {
        _graph.AddRange(Bytes(o => Nested(o, field, content)));
        return this;
    }

    private static byte[] Bytes(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            write(output);
        return stream.ToArray();
    }

    private static void Text(CodedOutputStream output, int field, string value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    private static void Number(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    private static void Nested(CodedOutputStream output, int field, byte[] content)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
    }
}
