using System.Buffers.Binary;
using System.Diagnostics.Tracing;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Extensions.Logging;

namespace Integration.Tests.Cluster;

/// <summary>Receives a node's metrics by OTLP, as an operator's collector does, and keeps the last value of each by name, summed over its attributes.</summary>
internal sealed class RuntimeMetrics : IAsyncDisposable
{
    private const string HeapBytes = "dotnet.gc.last_collection.heap.size";

    /// <summary>Of these, what lies unused between objects.</summary>
    private const string HoleBytes = "dotnet.gc.last_collection.heap.fragmentation.size";
    private const string WorkingSetBytes = "dotnet.process.memory.working_set";

    private readonly WebApplication _receiver;
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private long _received;

    private RuntimeMetrics()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _receiver = builder.Build();
        _receiver.MapPost("/v1/metrics", ReceiveAsync);
    }

    /// <summary>What makes a node send them here, ten times a second.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment =>
    [
        new("OTEL_EXPORTER_OTLP_ENDPOINT", _receiver.Urls.Single()),
        new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        new("OTEL_METRIC_EXPORT_INTERVAL", "100"),
    ];

    public static async Task<RuntimeMetrics> StartAsync()
    {
        var metrics = new RuntimeMetrics();
        await metrics._receiver.StartAsync();
        return metrics;
    }

    /// <summary>Bytes of the objects that live and of the working set, once all garbage is collected.</summary>
    public async Task<(long Heap, long WorkingSet)> CollectAsync(int processId)
    {
        CollectGarbage(processId);
        // The first to arrive may have been measured before.
        for (var target = Interlocked.Read(ref _received) + 2; Interlocked.Read(ref _received) < target;) await Task.Delay(5);
        lock (_last) return (_last.GetValueOrDefault(HeapBytes) - _last.GetValueOrDefault(HoleBytes), _last.GetValueOrDefault(WorkingSetBytes));
    }

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    /// <summary>Listening for the heap's survivors makes the runtime collect it whole first; what it then tells is not needed.</summary>
    private static void CollectGarbage(int processId)
    {
        const long heapCollect = 0x800000;
        using var session = new DiagnosticsClient(processId).StartEventPipeSession(
            [new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, heapCollect)], requestRundown: false);
        var draining = session.EventStream.CopyToAsync(Stream.Null);
        session.Stop();
        draining.Wait();
    }

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        lock (_last) Keep(body.ToArray());
        Interlocked.Increment(ref _received);
        return Results.Bytes([], "application/x-protobuf");
    }

    /// <summary>ExportMetricsServiceRequest: resource_metrics = 1 → scope_metrics = 2 → metrics = 2.</summary>
    private void Keep(ReadOnlyMemory<byte> request)
    {
        foreach (var resource in Members(request, 1))
            foreach (var scope in Members(resource, 2))
                foreach (var metric in Members(scope, 2))
                    if (Members(metric, 1).Select(n => Encoding.UTF8.GetString(n.Span)).FirstOrDefault() is HeapBytes or HoleBytes or WorkingSetBytes)
                        _last[Encoding.UTF8.GetString(Members(metric, 1).First().Span)] = ValueOf(metric);
    }

    /// <summary>Metric: gauge = 5 or sum = 7 → data_points = 1 → as_int = 6 (sfixed64).</summary>
    private static long ValueOf(ReadOnlyMemory<byte> metric) =>
        Members(metric, 5).Concat(Members(metric, 7)).SelectMany(data => Members(data, 1)).SelectMany(point => Members(point, 6))
            .Sum(value => BinaryPrimitives.ReadInt64LittleEndian(value.Span));

    /// <summary>The members of one number in a protobuf message, as their bytes.</summary>
    private static List<ReadOnlyMemory<byte>> Members(ReadOnlyMemory<byte> message, int number)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        while (!message.IsEmpty)
        {
            var tag = Varint(ref message);
            if ((tag & 7) == 0)
            {
                Varint(ref message);
                continue;
            }
            var length = (tag & 7) switch { 1 => 8, 5 => 4, 2 => (int)Varint(ref message), _ => throw new FormatException($"wire type {tag & 7}") };
            if (tag >> 3 == (ulong)number) found.Add(message[..length]);
            message = message[length..];
        }
        return found;
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        var (value, shift) = (0UL, 0);
        for (; message.Span[0] >= 0x80; message = message[1..], shift += 7) value |= (message.Span[0] & 0x7FUL) << shift;
        value |= (ulong)message.Span[0] << shift;
        message = message[1..];
        return value;
    }
}
