# Puts the extension for Azure DevOps of Debian 13, python3-azext-devops 1.0.1-1, below a directory. apt keeps its state
# there, too: the machine's own packages stay as they are.
set -eu
cd "$1"
mkdir -p apt/parts apt/lists/partial apt/archives/partial
cat >apt/debian.sources <<SOURCES
Types: deb
URIs: http://deb.debian.org/debian
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
cat >apt/apt.conf <<CONF
Dir::Etc::sourcelist "$PWD/apt/debian.sources";
Dir::Etc::sourceparts "$PWD/apt/parts";
Dir::State "$PWD/apt";
Dir::State::status "/dev/null";
Dir::Cache "$PWD/apt";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
CONF
export APT_CONFIG="$PWD/apt/apt.conf"
apt-get -q update
apt-get -q download python3-azext-devops=1.0.1-1
echo "a89b4da912c53e13231913906b814d819d72848143f35bff0d1d1ec846c88ec7  python3-azext-devops_1.0.1-1_all.deb" | sha256sum -c -
dpkg-deb -x python3-azext-devops_1.0.1-1_all.deb .
rm -r apt python3-azext-devops_1.0.1-1_all.deb
