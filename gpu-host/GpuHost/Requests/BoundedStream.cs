using Grpc.Core;

namespace Aigc.GpuHost.Requests;

/// <summary>Reads a decompressed message up to a limit; what is too long, or was never compressed so, is the caller's fault.</summary>
/// <param name="inner">What decompresses.</param>
/// <param name="encoding">The name of its encoding.</param>
/// <param name="maxBytes">The most that may be read, in bytes.</param>
internal sealed class BoundedStream(Stream inner, string encoding, int maxBytes) : Stream
{
    private int _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = Decompress(buffer, offset, count);
        if (read > maxBytes - _read)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted,
                $"the message is larger than {maxBytes} bytes once decompressed: send references, never pictures"));
        }

        _read += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private int Decompress(byte[] buffer, int offset, int count)
    {
        try
        {
            return inner.Read(buffer, offset, count);
        }
        catch (InvalidDataException)
        {
            throw new RpcException(new Status(
                StatusCode.InvalidArgument, $"the message is not compressed with {encoding}, as its header says"));
        }
    }
}
