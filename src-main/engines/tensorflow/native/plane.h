// Height and width of an image, as attributes of an operation that cannot see them in its inputs.
#pragma once

#include <cstdint>

#include "operations.h"

namespace touchstone {

struct Plane {
  int32_t height = 0, width = 0;
};

inline void* create_plane(TF_OpKernelConstruction* construction) {
  Plane* plane = new Plane();
  TF_Status* status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrInt32(construction, "height", &plane->height, status);
  TF_OpKernelConstruction_GetAttrInt32(construction, "width", &plane->width, status);
  TF_DeleteStatus(status);
  return plane;
}

inline void delete_plane(void* plane) { delete static_cast<Plane*>(plane); }

}  // namespace touchstone
