using Aigc.Inference.Faults;
using Aigc.Inference.Onnx.Devices;
using Aigc.TestKit;
using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx.Tests.Devices;

public sealed class DeviceSelectorTests : IDisposable
{
    private const int NoSuchDevice = 99;

    private readonly TempFolder _folder = new();

    public DeviceSelectorTests() => OnnxEnvironment.Ensure(Environment.ProcessorCount);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ExecutionProvider.Cuda, "cuda", "CUDAExecutionProvider")]
    [InlineData(ExecutionProvider.TensorRT, "tensorrt", "TensorrtExecutionProvider")]
    public void Start_ProviderCannotStart_SaysWhyAndNamesTheMend(ExecutionProvider provider, string name, string listed)
    {
        var options = new OnnxRuntimeOptions { Provider = provider, DeviceIndex = NoSuchDevice };
        var fault = Assert.Throws<InferenceException>(() => DeviceSelector.Start(options));
        Assert.Equal(InferenceFault.DeviceUnavailable, fault.Kind);
        Assert.Contains($"provider '{name}'", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
        Assert.Contains(
            OrtEnv.Instance().GetAvailableProviders().Contains(listed) ? "see that the machine has" : "build with -p:OnnxRuntime=gpu",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Start_FallbackIsAllowed_IsTheProcessorsAndSaysWhy()
    {
        var options =
            new OnnxRuntimeOptions { Provider = ExecutionProvider.Cuda, DeviceIndex = NoSuchDevice, AllowFallback = true, Threads = 2 };
        var device = DeviceSelector.Start(options).InUse;
        Assert.Equal(("cpu", 0, 2), (device.Provider, device.Index, device.Threads));
        Assert.True(device.IsHost);
        Assert.Contains("cuda", device.FallbackReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_AutoWhereCudaCannotStart_IsTheProcessorsAndSaysWhy()
    {
        var device = DeviceSelector.Start(new OnnxRuntimeOptions { DeviceIndex = NoSuchDevice }).InUse;
        Assert.Equal("cpu", device.Provider);
        Assert.Contains("cuda", device.FallbackReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_Cpu_AsksNoOther()
    {
        var options = new OnnxRuntimeOptions { Provider = ExecutionProvider.Cpu };
        Assert.Null(DeviceSelector.Start(options).InUse.FallbackReason);
        Assert.Same(DeviceSelector.Start(options), DeviceSelector.Start(options with { }));
    }

    [Fact]
    public void Start_NoPluginLibrary_NamesThePath() =>
        AssertFault(new() { PluginLibrary = _folder.Combine("none.so") }, _folder.Combine("none.so"), "correct its path");

    [Fact]
    public void Start_PluginLibraryIsNone_SaysWhyAndForWhichRuntimeItMustBe()
    {
        var path = _folder.Combine("text.so");
        File.WriteAllText(path, "no library");
        AssertFault(new() { PluginLibrary = path }, path, "take one that is built for ONNX Runtime 1.");
    }

    [Fact]
    public void Start_PluginAndProvider_AreOneTooMany()
    {
        var path = _folder.Combine("text.so");
        AssertFault(new() { PluginLibrary = path, Provider = ExecutionProvider.Cuda }, "'Cuda'", path);
    }

    [Fact]
    public void Start_PluginCannotBeHadAndFallbackIsAllowed_IsTheProcessors() =>
        Assert.Equal("cpu", DeviceSelector.Start(new() { PluginLibrary = "none.so", AllowFallback = true }).InUse.Provider);

    [Fact]
    public void Start_DeviceIndexBelowZero_IsRefused() =>
        AssertFault(new() { Provider = ExecutionProvider.Cpu, DeviceIndex = -1 }, "device index -1");

    [Fact]
    public void CudaOptions_Denoiser_HaveTheLimitAndRecordWhereAskedTo()
    {
        var options = new OnnxRuntimeOptions { MemoryLimitBytes = 5_000_000_000, CudaGraph = true };
        var device = new OnnxDevice(new ExecutionDevice("cuda", 1, 4), options);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["device_id"] = "1",
                ["arena_extend_strategy"] = "kSameAsRequested",
                ["gpu_mem_limit"] = "5000000000",
                ["enable_cuda_graph"] = "1",
            },
            device.CudaOptions(GraphUse.Denoiser));
        Assert.DoesNotContain("enable_cuda_graph", device.CudaOptions(GraphUse.Network).Keys);
        Assert.Equal("0", device.CudaOptions(GraphUse.Arithmetic)["use_tf32"]);
    }

    [Theory]
    [InlineData("cpu", false)]
    [InlineData("cuda", true)]
    [InlineData("tensorrt", false)]
    [InlineData("OtherExecutionProvider", false)]
    public void CapturesGraphs_AnyProvider_OnCudaAlone(string provider, bool captures)
    {
        var device = new OnnxDevice(new ExecutionDevice(provider, 0, 1), new OnnxRuntimeOptions { CudaGraph = true });
        Assert.Equal(captures, device.CapturesGraphs);
    }

    [Theory]
    [InlineData("cpu", "cpu:0")]
    [InlineData("cuda", "gpu:2")]
    [InlineData("OtherExecutionProvider", null)]
    public void ShrinkList_AnyProvider_NamesItsArena(string provider, string? list)
    {
        var device = new OnnxDevice(new ExecutionDevice(provider, 2, 1), new OnnxRuntimeOptions { ShrinkArena = true });
        Assert.Equal(list, device.ShrinkList);
    }

    private static void AssertFault(OnnxRuntimeOptions options, params string[] parts)
    {
        var fault = Assert.Throws<InferenceException>(() => DeviceSelector.Start(options));
        Assert.Equal(InferenceFault.DeviceUnavailable, fault.Kind);
        Assert.All(parts, part => Assert.Contains(part, fault.Message, StringComparison.Ordinal));
    }
}
