using System.Buffers.Text;
using Aigc.Pipeline.Requests;

namespace Aigc.Api.Generations.Events;

/// <summary>Places in a job, as a text of a bit each: 4096 pictures are 683 characters.</summary>
internal sealed class IndexSet
{
    private readonly byte[] _bits = new byte[RequestValidator.MaxPictures / 8];
    private int _used;

    public bool Has(int index) => (_bits[index / 8] & (1 << (index % 8))) != 0;

    /// <returns>False where it was there.</returns>
    public bool Add(int index)
    {
        if (Has(index))
            return false;
        _bits[index / 8] |= (byte)(1 << (index % 8));
        _used = Math.Max(_used, index / 8 + 1);
        return true;
    }

    /// <returns>Null where no set gave this text.</returns>
    public static IndexSet? Parse(string text)
    {
        var set = new IndexSet();
        if (!Base64Url.IsValid(text, out var length) || length > set._bits.Length)
            return null;
        set._used = Base64Url.DecodeFromChars(text, set._bits);
        return set;
    }

    public override string ToString() => Base64Url.EncodeToString(_bits.AsSpan(0, _used));
}
