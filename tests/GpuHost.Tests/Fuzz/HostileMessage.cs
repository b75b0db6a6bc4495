using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Aigc.GpuHost.Tests.Fuzz;

/// <summary>Fills messages of any type with hostile values, field by field.</summary>
internal static class HostileMessage
{
    private const int TooMany = 400;

    public static IMessage Create(MessageDescriptor type, Random random)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        Fill(message, random);
        return message;
    }

    private static void Fill(IMessage message, Random random)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (random.Next(2) == 0)
                continue;
            if (field.IsMap)
                FillMap((IDictionary)field.Accessor.GetValue(message), field, random);
            else if (field.IsRepeated)
                FillList((IList)field.Accessor.GetValue(message), field, random);
            else
                field.Accessor.SetValue(message, Value(field, random));
        }
    }

    private static void FillList(IList list, FieldDescriptor field, Random random)
    {
        var count = random.Next(20) == 0 ? TooMany : random.Next(4);
        for (var i = 0; i < count; i++)
            list.Add(Value(field, random));
    }

    private static void FillMap(IDictionary map, FieldDescriptor field, Random random)
    {
        var (key, value) = (field.MessageType.FindFieldByNumber(1), field.MessageType.FindFieldByNumber(2));
        var count = random.Next(20) == 0 ? TooMany : random.Next(4);
        for (var i = 0; i < count; i++)
            map[Value(key, random)] = Value(value, random);
    }

    private static object Value(FieldDescriptor field, Random random)
    {
        switch (field.FieldType)
        {
            case FieldType.String:
                return HostileText.Text(random);
            case FieldType.Int32:
                return (int)HostileText.Number(random);
            case FieldType.Int64:
                return HostileText.Number(random);
            case FieldType.Enum:
                return Enum.ToObject(field.EnumType.ClrType, (int)HostileText.Number(random));
            case FieldType.Float:
                return (float)HostileText.Real(random);
            case FieldType.Bool:
                return random.Next(2) == 0;
            case FieldType.Message:
                return Create(field.MessageType, random);
            default:
                throw new NotSupportedException($"{field.FullName} is a {field.FieldType}: say here what is hostile there");
        }
    }
}
