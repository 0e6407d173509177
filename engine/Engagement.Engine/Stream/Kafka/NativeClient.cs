using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>One librdkafka consumer without a group, for <see cref="NativePartition"/>s. Thread-safe; dispose of the partitions first.</summary>
internal sealed unsafe class NativeClient : IDisposable
{
    private const int ReasonBytes = 512;

    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly ReaderWriterLockSlim _uses = new();
    private readonly Dictionary<string, nint> _topics = new(StringComparer.Ordinal);
    private GCHandle _self;

    public NativeClient(IEnumerable<KeyValuePair<string, string>> settings, ILogger logger)
    {
        Librdkafka.EnsureResolvable();
        _logger = logger;
        _self = GCHandle.Alloc(this, GCHandleType.Weak);
        var configuration = Librdkafka.NewConfiguration();
        var reason = stackalloc byte[ReasonBytes];
        foreach (var (name, value) in settings)
        {
            var answer = Librdkafka.Set(configuration, name, value, reason, ReasonBytes);
            if (answer == Librdkafka.ConfigurationOk) continue;
            Librdkafka.DestroyConfiguration(configuration);
            throw new ArgumentException($"{name}: {Text(reason)}", nameof(settings));
        }
        Librdkafka.SetOpaque(configuration, GCHandle.ToIntPtr(_self));
        Librdkafka.SetLog(configuration, &Log);
        Handle = Librdkafka.NewConsumer(configuration, reason, ReasonBytes);
        if (Handle != 0) return;
        Librdkafka.DestroyConfiguration(configuration);
        throw new ArgumentException(Text(reason), nameof(settings));
    }

    public nint Handle { get; private set; }

    /// <summary>What is wrong with a property; null when librdkafka takes it.</summary>
    public static string? FindFault(string name, string value)
    {
        Librdkafka.EnsureResolvable();
        var configuration = Librdkafka.NewConfiguration();
        var reason = stackalloc byte[ReasonBytes];
        var answer = Librdkafka.Set(configuration, name, value, reason, ReasonBytes);
        Librdkafka.DestroyConfiguration(configuration);
        return answer == Librdkafka.ConfigurationOk ? null : Text(reason);
    }

    /// <summary>True where this version of librdkafka knows the property.</summary>
    public static bool Knows(string name, string value) => FindFault(name, value) is null;

    /// <summary>librdkafka's own handle of a topic, which lives as long as the client.</summary>
    public nint TopicOf(string name)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(name, out var topic)) _topics[name] = topic = Librdkafka.NewTopic(Handle, name, 0);
            return topic;
        }
    }

    /// <summary>Asks the broker; blocks for as long as <paramref name="timeout"/>. Throws <see cref="IOException"/>.</summary>
    public (long First, long Next) QueryBounds(string topic, int partition, TimeSpan timeout)
    {
        _uses.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(Handle == 0, this);
            var error = Librdkafka.QueryBounds(Handle, topic, partition, out var first, out var next, (int)timeout.TotalMilliseconds);
            return error == Librdkafka.Ok ? (first, next) : throw new IOException($"{topic}/{partition}: no bounds: {Librdkafka.Describe(error)}");
        }
        finally
        {
            _uses.ExitReadLock();
        }
    }

    /// <summary>Lets librdkafka do what it does only when asked, such as renewing an OAuth token.</summary>
    public void Poll()
    {
        _uses.EnterReadLock();
        try
        {
            if (Handle != 0) _ = Librdkafka.Poll(Handle, 0);
        }
        finally
        {
            _uses.ExitReadLock();
        }
    }

    public void Dispose()
    {
        // Whoever is still asking gets the answer first: librdkafka's memory must not go from under it.
        _uses.EnterWriteLock();
        try
        {
            if (Handle == 0) return;
            foreach (var topic in _topics.Values) Librdkafka.DestroyTopic(topic);
            Librdkafka.Destroy(Handle);
            Handle = 0;
            _self.Free();
        }
        finally
        {
            _uses.ExitWriteLock();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Log(nint client, int level, byte* facility, byte* line)
    {
        if (client == 0 || Librdkafka.Opaque(client) is not (not 0 and var opaque)) return;
        if (GCHandle.FromIntPtr(opaque).Target is not NativeClient self) return;
        self._logger.Log(KafkaErrors.LevelOf(level), "{Facility}: {Line}", Text(facility), Text(line));
    }

    private static string Text(byte* utf8) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(utf8));
}
