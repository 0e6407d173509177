using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Engagement.Testing;

/// <summary>
/// A real Kafka broker with its ZooKeeper, on free loopback ports and in a temporary folder that outlives a kill of the broker. Both end with
/// this process, however it ends.
/// </summary>
internal sealed class KafkaBroker : IAsyncDisposable
{
    /// <summary>What clients must be told: the broker is older than the question.</summary>
    public const string Version = "0.9.0.1";

    /// <summary>Of topics that come about by being named.</summary>
    public const int AutomaticPartitions = 4;

    private const string ReadyLine = "started (kafka.server.KafkaServer)";
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);

    private readonly string _libraries;
    private readonly NetworkPlace _place;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engagement-kafka-");
    private readonly int _port = FreePort();
    private readonly int _tlsPort;
    private readonly int _zooKeeperPort = FreePort();
    private readonly bool _asInProduction;
    private JavaProcess? _zooKeeper;
    private JavaProcess? _broker;

    private KafkaBroker(string libraries, NetworkPlace place, bool tls, bool asInProduction) =>
        (_libraries, _place, _tlsPort, _asInProduction) = (libraries, place, tls ? FreePort() : 0, asInProduction);

    public string BootstrapServers => string.Create(CultureInfo.InvariantCulture, $"{_place.Address}:{_port}");

    /// <summary>Where it speaks TLS, if it does.</summary>
    public string TlsBootstrapServers => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_tlsPort}");

    /// <summary>The certificate that the broker shows there, which is its own authority (PEM).</summary>
    public string CertificateFile => Path.Combine(_folder.FullName, "broker.pem");

    /// <summary>Starts both; returns when the broker is ready. Throws with a reason where no broker is to be had.</summary>
    /// <param name="tls">With a second port that speaks TLS.</param>
    /// <param name="place">Where both run; null: on the loopback.</param>
    /// <param name="asInProduction">With Java's own optimising compiler and a larger heap, as brokers are run; a test that starts one for seconds is better without.</param>
    public static async Task<KafkaBroker> StartAsync(bool tls = false, NetworkPlace? place = null, bool asInProduction = false)
    {
        var broker = new KafkaBroker(await FindLibrariesAsync(), place ?? NetworkPlace.Loopback, tls, asInProduction);
        try
        {
            broker.WriteConfiguration();
            if (tls) await broker.AddTlsAsync();
            broker._zooKeeper = broker.StartJava("org.apache.zookeeper.server.quorum.QuorumPeerMain", "zookeeper.properties", 128);
            await broker._zooKeeper.SayAsync("binding to port", ReadyWithin);
            await broker.RestartAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL: nothing can be tidied up. What it had acknowledged is in its files.</summary>
    public async Task KillAsync()
    {
        if (_broker is null) return;
        await _broker.KillAsync();
        _broker = null;
    }

    /// <summary>SIGTERM, and waits until it has ended.</summary>
    public async Task StopAsync()
    {
        if (_broker is null) return;
        await _broker.StopAsync();
        _broker = null;
    }

    /// <summary>Starts the broker again on the same port and data; returns when it is ready.</summary>
    public async Task RestartAsync()
    {
        for (var started = Stopwatch.StartNew(); ;)
        {
            _broker = StartJava("kafka.Kafka", "server.properties", _asInProduction ? 1_024 : 320);
            if (await _broker.SayAsync(ReadyLine, ReadyWithin, mayEnd: started.Elapsed < ReadyWithin)) return;
            // ZooKeeper still has the killed one's session, and the new one has given up: once more.
            await _broker.KillAsync();
        }
    }

    public async Task CreateTopicAsync(string topic, int partitions)
    {
        using var process = StartJava(
            "kafka.admin.TopicCommand", null, 64, "--zookeeper", $"127.0.0.1:{_zooKeeperPort}", "--create", "--topic", topic,
            "--partitions", partitions.ToString(CultureInfo.InvariantCulture), "--replication-factor", "1");
        await process.SayAsync("Created topic", ReadyWithin);
        await process.KillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_zooKeeper is not null) await _zooKeeper.KillAsync();
        _zooKeeper = null;
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A file that the system lets go of a little later; it is a temporary folder.
        }
    }

    private void WriteConfiguration()
    {
        // A killed broker's session in ZooKeeper lapses within two ticks at the earliest.
        Write("zookeeper.properties", $"""
            dataDir={Folder("zookeeper")}
            clientPort={_zooKeeperPort}
            clientPortAddress=127.0.0.1
            maxClientCnxns=0
            tickTime=500
            """);
        Write("server.properties", $"""
            broker.id=0
            listeners=PLAINTEXT://{_place.Address}:{_port}
            log.dirs={Folder("kafka")}
            zookeeper.connect=127.0.0.1:{_zooKeeperPort}
            zookeeper.session.timeout.ms=1500
            num.partitions={AutomaticPartitions}
            auto.create.topics.enable=true
            delete.topic.enable=true
            offsets.topic.num.partitions=1
            offsets.topic.replication.factor=1
            group.min.session.timeout.ms=1000
            num.network.threads=2
            num.io.threads=4
            log.cleaner.enable=false
            log.segment.bytes=134217728
            log.index.size.max.bytes=1048576
            """);
        Write("log4j.properties", """
            log4j.rootLogger=INFO, stdout
            log4j.appender.stdout=org.apache.log4j.ConsoleAppender
            log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
            log4j.appender.stdout.layout.ConversionPattern=%d %p %m (%c)%n
            """);
    }

    private async Task AddTlsAsync()
    {
        const string password = "password";
        var store = Path.Combine(_folder.FullName, "broker.jks");
        await KeytoolAsync("-genkeypair", "-keyalg", "RSA", "-dname", "CN=127.0.0.1", "-ext", "SAN=ip:127.0.0.1", "-storetype", "JKS", "-keypass", password);
        await KeytoolAsync("-exportcert", "-rfc", "-file", CertificateFile);
        var file = Path.Combine(_folder.FullName, "server.properties");
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text.Replace($"listeners=PLAINTEXT://{BootstrapServers}", $"""
            listeners=PLAINTEXT://{BootstrapServers},SSL://{TlsBootstrapServers}
            ssl.keystore.location={store}
            ssl.keystore.password={password}
            ssl.key.password={password}
            ssl.enabled.protocols=TLSv1.2
            """, StringComparison.Ordinal));

        async Task KeytoolAsync(params string[] arguments)
        {
            using var keytool = Process.Start(new ProcessStartInfo("keytool", [.. arguments, "-alias", "broker", "-keystore", store, "-storepass", password]) { RedirectStandardError = true })!;
            var error = await keytool.StandardError.ReadToEndAsync();
            await keytool.WaitForExitAsync();
            if (keytool.ExitCode != 0) throw new InvalidOperationException($"keytool: {error}");
        }
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);

    private string Folder(string name) => _folder.CreateSubdirectory(name).FullName;

    private JavaProcess StartJava(string main, string? configuration, int heapMegabytes, params string[] arguments)
    {
        string[] all =
        [
            $"-Xmx{heapMegabytes}m", _asInProduction ? "-XX:+TieredCompilation" : "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Djava.net.preferIPv4Stack=true",
            $"-Dlog4j.configuration=file:{Path.Combine(_folder.FullName, "log4j.properties")}", "-cp", Path.Combine(_libraries, "*"), main,
            .. configuration is null ? arguments : [Path.Combine(_folder.FullName, configuration)],
        ];
        return new JavaProcess(_place, all, _folder.FullName);
    }

    /// <summary>The jars' directory, from the script that also fetches them.</summary>
    private static async Task<string> FindLibrariesAsync()
    {
        var script = Repository.PathOf(".build", "kafka");
        using var process = Process.Start(new ProcessStartInfo(script) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (await output).Trim() : throw new InvalidOperationException($"No Kafka broker is to be had: {await error}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A Java process that is killed when this one ends: a shell beside it waits for the pipe to close, which no kind of end
    /// can prevent, and clears up.</summary>
    private sealed class JavaProcess : IDisposable
    {
        private const string Guard =
            """exec 3<&0; folder=$1; shift; { cat <&3 >/dev/null; grep -qF "$folder" /proc/$$/cmdline && kill -KILL $$ && rm -rf "$folder"; } >/dev/null 2>&1 & exec java "$@" 3<&- </dev/null""";

        private readonly Process _process;
        private readonly StringBuilder _lines = new();
        private readonly SemaphoreSlim _said = new(0);

        public JavaProcess(NetworkPlace place, string[] arguments, string folder)
        {
            _process = Process.Start(place.Starting("bash", ["-c", Guard, "java", folder, .. arguments]))!;
            _process.OutputDataReceived += (_, e) => Keep(e.Data);
            _process.ErrorDataReceived += (_, e) => Keep(e.Data);
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        /// <summary>Waits for a line; false when the process ended before, where it may.</summary>
        public async Task<bool> SayAsync(string line, TimeSpan patience, bool mayEnd = false)
        {
            for (var started = Stopwatch.StartNew(); ; await _said.WaitAsync(TimeSpan.FromMilliseconds(200)))
            {
                if (Lines().Contains(line, StringComparison.Ordinal)) return true;
                if (_process.HasExited && mayEnd) return false;
                if (_process.HasExited || started.Elapsed > patience) throw new InvalidOperationException($"'{line}' was not said:{Environment.NewLine}{Lines()}");
            }
        }

        public async Task StopAsync()
        {
            using var term = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await term.WaitForExitAsync();
            await _process.WaitForExitAsync();
            Dispose();
        }

        public async Task KillAsync()
        {
            if (!_process.HasExited) _process.Kill();
            await _process.WaitForExitAsync();
            Dispose();
        }

        public void Dispose() => _process.Dispose();

        private string Lines()
        {
            lock (_lines) return _lines.ToString();
        }

        private void Keep(string? line)
        {
            if (line is null) return;
            lock (_lines)
            {
                // The beginning tells whether it started; a long run must not fill the memory.
                if (_lines.Length < 1_000_000) _lines.AppendLine(line);
            }
            _said.Release();
        }
    }
}
