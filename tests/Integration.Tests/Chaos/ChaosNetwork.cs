using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Engagement.Testing;

namespace Integration.Tests.Chaos;

/// <summary>
/// A network of the test's own: one namespace for each party, all on a bridge in a hub namespace, and a leg for the test itself. A cut between two
/// parties sends what they say to each other to a hardware address that nobody has: packets vanish, nobody is told, as in a real partition.
/// Names bear this process's id, so that leftovers of a run that crashed are known as such.
/// </summary>
internal sealed partial class ChaosNetwork : IAsyncDisposable
{
    private const string Prefix = "engagement-chaos-";
    private const string Nowhere = "02:00:00:00:de:ad";
    private const string Leg = "eth0";
    private static readonly int Id = Environment.ProcessId;

    private readonly Dictionary<string, NetworkPlace> _places = [];
    private readonly Dictionary<string, string> _ports = [];

    private ChaosNetwork() { }

    /// <summary>Why no namespaces can be made here; null when they can.</summary>
    public static async Task<string?> RefusalAsync()
    {
        if (!OperatingSystem.IsLinux()) return "network namespaces are Linux's";
        try
        {
            var (code, said) = await RunAsync($"netns add {Prefix}{Id}-probe");
            if (code != 0) return $"this user may not make network namespaces: {said.Trim()}";
            (code, said) = await RunAsync($"-n {Prefix}{Id}-probe link add br0 type bridge");
            await RunAsync($"netns delete {Prefix}{Id}-probe");
            return code == 0 ? null : $"no bridges here: {said.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "the command ip is not here (Debian: iproute2)";
        }
    }

    public static async Task<ChaosNetwork> CreateAsync(params IEnumerable<string> parties)
    {
        await RemoveLeftoversAsync();
        var network = new ChaosNetwork();
        try
        {
            // Private addresses, reachable through the bridge alone; the process's id keeps two runs apart.
            var subnet = string.Create(CultureInfo.InvariantCulture, $"10.{200 + (Id % 50)}.{Id / 50 % 250}");
            await IpAsync($"netns add {Hub}");
            await IpAsync($"-n {Hub} link add br0 type bridge");
            await IpAsync($"-n {Hub} link set br0 up");
            await IpAsync($"link add eg{Id}t type veth peer name test netns {Hub}");
            await IpAsync($"-n {Hub} link set test master br0 up");
            await IpAsync($"address add {subnet}.1/24 dev eg{Id}t");
            await IpAsync($"link set eg{Id}t up");
            foreach (var party in parties) await network.JoinAsync(party, string.Create(CultureInfo.InvariantCulture, $"{subnet}.{10 + network._places.Count}"));
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public NetworkPlace PlaceOf(string party) => _places[party];

    /// <summary>Nothing passes between the two any more, in either direction, and nobody is told.</summary>
    public async Task CutAsync(string one, string other)
    {
        await DivertAsync(one, other);
        await DivertAsync(other, one);
    }

    public async Task HealAsync(string one, string other)
    {
        await IpAsync($"-n {_places[one].Namespace} neighbour delete {_places[other].Address} dev {Leg}");
        await IpAsync($"-n {_places[other].Namespace} neighbour delete {_places[one].Address} dev {Leg}");
    }

    /// <summary>Nothing reaches the party and nothing leaves it: its port of the bridge is blocked.</summary>
    public Task IsolateAsync(string party) => RunBridgeAsync($"link set dev {_ports[party]} state 0");

    public Task RejoinAsync(string party) => RunBridgeAsync($"link set dev {_ports[party]} state 3");

    public async ValueTask DisposeAsync() => await RemoveAsync(Id);

    private static string Hub => $"{Prefix}{Id}-hub";

    private async Task JoinAsync(string party, string address)
    {
        var (space, port) = ($"{Prefix}{Id}-{party}", string.Create(CultureInfo.InvariantCulture, $"p{_places.Count}"));
        await IpAsync($"netns add {space}");
        await IpAsync($"-n {Hub} link add {port} type veth peer name {Leg} netns {space}");
        await IpAsync($"-n {Hub} link set {port} master br0 up");
        await IpAsync($"-n {space} link set lo up");
        await IpAsync($"-n {space} address add {address}/24 dev {Leg}");
        await IpAsync($"-n {space} link set {Leg} up");
        (_places[party], _ports[party]) = (new NetworkPlace(address, space), port);
    }

    private Task DivertAsync(string from, string to) =>
        IpAsync($"-n {_places[from].Namespace} neighbour replace {_places[to].Address} lladdr {Nowhere} dev {Leg} nud permanent");

    /// <summary>Of processes that are no more: whatever still runs in their namespaces, then the namespaces.</summary>
    private static async Task RemoveLeftoversAsync()
    {
        var (_, listed) = await RunAsync("netns list");
        var owners = OwnerPattern().Matches(listed).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).Distinct();
        foreach (var owner in owners.Where(o => !Directory.Exists($"/proc/{o}"))) await RemoveAsync(owner);
    }

    private static async Task RemoveAsync(int owner)
    {
        var (_, listed) = await RunAsync("netns list");
        var spaces = listed.Split('\n').Select(line => line.Split(' ')[0]).Where(name => name.StartsWith($"{Prefix}{owner}-", StringComparison.Ordinal)).ToList();
        foreach (var space in spaces)
        {
            var (_, pids) = await RunAsync($"netns pids {space}");
            foreach (var pid in pids.Split('\n', StringSplitOptions.RemoveEmptyEntries)) await RunAsync("kill", $"-KILL {pid}");
            // Its ends of the links go with it, and so does the test's leg with the hub.
            await RunAsync($"netns delete {space}");
        }
        await RunAsync($"link delete eg{owner}t");
    }

    private static async Task IpAsync(string arguments)
    {
        var (code, said) = await RunAsync(arguments);
        if (code != 0) throw new InvalidOperationException($"ip {arguments}: {said}");
    }

    private static async Task RunBridgeAsync(string arguments)
    {
        var (code, said) = await RunAsync("bridge", $"-n {Hub} {arguments}");
        if (code != 0) throw new InvalidOperationException($"bridge {arguments}: {said}");
    }

    private static Task<(int Code, string Said)> RunAsync(string arguments) => RunAsync("ip", arguments);

    private static async Task<(int Code, string Said)> RunAsync(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    [GeneratedRegex($@"^{Prefix}(\d+)-", RegexOptions.Multiline)]
    private static partial Regex OwnerPattern();
}
